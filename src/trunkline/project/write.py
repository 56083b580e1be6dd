"""Resources as files: where they go, and the text they are written in."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from pathlib import PurePosixPath
from typing import Any

import yaml

from trunkline.domain.action.fault import Lost
from trunkline.domain.action.friendly import compile_friendly, to_friendly
from trunkline.domain.action.vendor import action_type, to_export
from trunkline.domain.canonical import canonical, inherit
from trunkline.domain.diff import diff
from trunkline.domain.json import Json, JsonObject, file_text, show_path
from trunkline.domain.kinds import DATA_ACTION, KINDS
from trunkline.domain.resource import Resource
from trunkline.domain.script import write_script
from trunkline.project.files import slug
from trunkline.project.lock import short
from trunkline.project.variables import literal, uses_variables
from trunkline.project.yamlfile import scalar

FORMS = ("vendor", "friendly")
_ENDINGS = {"script_action": ".yaml", "flow_settings": ".settings.yaml"}


def file_name(resource: Resource, form: str, taken: Collection[str]) -> str:
    """A free path for a resource, relative to the project: `actions/get-weather.custom.json`.

    A data action that the friendly form cannot say whole goes into the vendor's.
    """
    folder = KINDS[resource.address.kind].folder
    name = str(resource.body.get("name") or resource.address.name)
    stem = f"{folder}/{slug(name)}"
    ending = _ending(resource, form)
    plain = stem + ending
    if plain not in taken:
        return plain
    marked = f"{stem}-{short(resource.remote_id or '')}"
    candidates = [f"{marked}{ending}", *(f"{marked}-{number}{ending}" for number in range(2, 1000))]
    return next(name for name in candidates if name not in taken)


def file_content(resource: Resource, file: str) -> tuple[str, list[str]]:
    """The text for a file of this name, and what its form cannot hold, each as one line."""
    if resource.address.kind == "script_action" and file.endswith((".yaml", ".yml")):
        script = PurePosixPath(script_file(resource, file)).name
        return _literally(write_script(resource.body, script), yaml_text), []
    if resource.address.kind != "data_action":
        settings = resource.address.kind == "flow_settings" and file.endswith((".yaml", ".yml"))
        return _literally(resource.body, yaml_text if settings else file_text), []
    if file.endswith((".yaml", ".yml")):
        friendly = to_friendly(resource.body)
        return _literally(friendly.document, yaml_text), _said(friendly.lost)
    document, lost = to_export(resource.body)
    document |= {key: resource.body[key] for key in _BESIDE if key in resource.body}
    return _literally(document, file_text), _said(each for each in lost if each.path[0] not in _BESIDE)


_BESIDE = ("integration", "errorHandling")
"""What files hold beside the vendor's form: leaving it out would mean a change."""


def fits_friendly(body: JsonObject) -> bool:
    """Whether a friendly file says all that a data action does, so that a plan of it is empty."""
    compiled = compile_friendly(to_friendly(body).document)
    theirs = canonical(DATA_ACTION, body)
    mine = inherit(DATA_ACTION, canonical(DATA_ACTION, compiled.body), theirs)
    return not compiled.faults and not diff(theirs, mine)


def _literally(document: Json, render: Callable[[Json], str]) -> str:
    """The text of a document in which nothing reads as a variable."""
    text = render(document)
    return render(literal(document)) if uses_variables(text) else text


def companions(resource: Resource, file: str) -> dict[str, str]:
    """The texts that a resource keeps in files of their own, beside the file that defines it."""
    if resource.address.kind != "script_action" or not file.endswith((".yaml", ".yml")):
        return {}
    content: str = resource.body["script"]["content"]
    # A mark that the content itself begins with is kept by one more, which readers drop.
    return {script_file(resource, file): f"\ufeff{content}" if content.startswith("\ufeff") else content}


def script_file(resource: Resource, file: str) -> str:
    """The script beside a definition: the one it names, else `scripts/score.js` for `scripts/score.yaml`."""
    named = resource.source.texts.get(("script", "content")) if resource.source else None
    return named or PurePosixPath(file).with_suffix(".js").as_posix()


def _said(lost: Iterable[Lost]) -> list[str]:
    """What a form cannot hold, but for fields that a file may leave to the cloud."""
    inherited = {field for field in KINDS["data_action"].inherited if field != "conditions"}
    return [f"{show_path(path)}: {why}" for path, why in lost if show_path(path) not in inherited]


def _ending(resource: Resource, form: str) -> str:
    if resource.address.kind in _ENDINGS:
        return _ENDINGS[resource.address.kind]
    if resource.address.kind != "data_action":
        return ".json"
    friendly = form == "friendly" and fits_friendly(resource.body)
    return ".yaml" if friendly else f".{action_type(resource.body)}.json"


class _Dumper(yaml.SafeDumper):
    """Block style, text quoted wherever another reader might take it for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def yaml_text(document: Json) -> str:
    """YAML that our reader, and YAML 1.1 readers, give back as the same value."""
    return yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110, default_flow_style=False
    )


_FOLDED = re.compile("[\r\x85\u2028\u2029\ufeff]")
"""What YAML takes for the end of a line, or for nothing, unless it is escaped."""
_DIGITS = re.compile(r"[-+.]?[0-9][0-9_,.:eE+-]*\Z")


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None
    if _FOLDED.search(value):
        style = '"'
    elif "\n" in value and not value.startswith((" ", "\n")):
        style = "|"
    elif _DIGITS.match(value) or not isinstance(scalar(value), str):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)
