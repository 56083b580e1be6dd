"""`.env`: variables kept beside a project, as the guides have it. Plain assignments, no expansion."""

from __future__ import annotations

import re
from pathlib import Path

from trunkline.errors import InvalidInput

_LINE = re.compile(r"^(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*)$")
_LARGEST = 1 << 20


def read_dotenv(path: Path) -> dict[str, str]:
    """The variables of a `.env` file; none where there is no file.

    Raises InvalidInput with every line that is no assignment; a value is never shown.
    """
    if not path.is_file():
        return {}
    if path.stat().st_size > _LARGEST:
        raise InvalidInput("larger than 1 MB: this is no file of variables", where=str(path))
    variables: dict[str, str] = {}
    faults: list[str] = []
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if found := _LINE.match(line.strip()):
            variables[found["name"]] = _value(found["value"])
        else:
            faults.append(f"{path.name}:{number}: not of the form NAME=value")
    if faults:
        raise InvalidInput(f"{path.name} has lines that set nothing", where=str(path), faults=tuple(faults))
    return variables


def _value(text: str) -> str:
    """Quotes taken off; a comment after an unquoted value dropped."""
    quote = text[:1]
    if quote in ("'", '"') and (end := text.find(quote, 1)) > 0:
        return text[1:end]
    return re.split(r"\s+#", text, maxsplit=1)[0].strip()
