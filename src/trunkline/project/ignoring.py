"""Rules that a line of a file, or a table of `trunkline.toml`, switches off.

`# trunkline: ignore RULE, RULE` at the end of a line is about that line; on a line of its own, about the
next line that is no comment. In scripts the comment starts with `//`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fnmatch import fnmatchcase

from trunkline.domain.action.fault import nearest
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.resource import Place, Resource
from trunkline.errors import InvalidInput
from trunkline.project.config import CONFIG_FILE, Config
from trunkline.project.files import read_text
from trunkline.rules import all_rules

_MARK = "trunkline: ignore"
_COMMENT = re.compile(r"(?:^|(?<=\s))(?:#|//)\s*trunkline: ignore\b[ \t]*(?P<rules>.*)$")
_ONLY_COMMENT = re.compile(r"\s*(#|//)")


@dataclass(frozen=True, slots=True)
class Ignored:
    """One comment: the line it is about, the line it stands on, both from 1, and the rules it names."""

    line: int
    written: int
    rules: tuple[str, ...]


def ignored(text: str) -> Iterator[Ignored]:
    """The comments of a file that switch rules off."""
    if _MARK not in text:
        return
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if comment := _COMMENT.search(line):
            rules = tuple(filter(None, re.split(r"[\s,]+", comment["rules"])))
            yield Ignored(_about(lines, number), number, rules)


def _about(lines: list[str], number: int) -> int:
    while number < len(lines) and _ONLY_COMMENT.match(lines[number - 1]):
        number += 1
    return number


def refuse_unknown(config: Config) -> None:
    """Raises InvalidInput where `trunkline.toml` switches off a rule that there is not."""
    named = config.disabled_rules.union(*config.ignored_rules.values())
    if not named:
        return
    unknown = [f"there is no rule {name}: {_meant(name)}" for name in sorted(named - all_rules().keys())]
    if unknown:
        raise InvalidInput(f"{CONFIG_FILE} switches off what is no rule", faults=tuple(unknown))


def not_ignored(
    config: Config, resources: Iterable[Resource], findings: Iterable[Finding]
) -> Iterator[Finding]:
    """The findings that nothing switches off, and one for every comment that names what is no rule."""
    comments = {file: [*ignored(read_text(config.root / file))] for file in _with_comments(resources)}
    for file, said in comments.items():
        yield from _unknown_rules(file, said)
    for finding in findings:
        if not _is_ignored(finding, comments, config.ignored_rules):
            yield finding


def _with_comments(resources: Iterable[Resource]) -> set[str]:
    """The files that can hold comments: YAML, and scripts beside it."""
    sources = [resource.source for resource in resources if resource.source]
    files = {file for source in sources for file in (source.file, *source.texts.values())}
    return {file for file in files if not file.lower().endswith(".json") and ".i3" not in file.lower()}


def _unknown_rules(file: str, comments: Iterable[Ignored]) -> Iterator[Finding]:
    for comment in comments:
        place = Place(file, comment.written)
        if not comment.rules:
            yield _fault(place, "no rule is named", "write # trunkline: ignore RULE")
        for rule in comment.rules:
            if rule not in all_rules():
                yield _fault(place, f"there is no rule {rule}", _meant(rule))


def _meant(rule: str) -> str:
    found = nearest(rule, all_rules())
    return f"did you mean {found}?" if found else "docs/rules.md lists them"


def _is_ignored(
    finding: Finding, comments: Mapping[str, Iterable[Ignored]], globs: Mapping[str, AbstractSet[str]]
) -> bool:
    place = finding.place
    if place is None:
        return False
    said = comments.get(place.file, ())
    return any(each.line == place.line and finding.rule in each.rules for each in said) or any(
        finding.rule in rules and fnmatchcase(place.file, glob) for glob, rules in globs.items()
    )


def _fault(place: Place, message: str, hint: str) -> Finding:
    return Finding("project-unknown-rule", Severity.ERROR, message, place=place, hint=hint)
