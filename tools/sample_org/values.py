"""Values of a flow: what a field of an action holds, in the stored form.

A field is written as plain Python: None is *not set*; a text that begins with `=` is an expression;
any other text, a bool, an int or a timedelta is a literal; `Named` is an object of the org; `Say` is audio.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

from sample_org.ids import Directory, Json
from trunkline.domain.json import walk
from trunkline.engine.expression import Declaration, parse

LITERAL, EXPRESSION, TARGET, EMPTY = 1, 0, 2, 3


@dataclass(frozen=True)
class Named:
    """An object of the org, by kind (a key of the manifest) and name."""

    kind: str
    name: str


Value: TypeAlias = "str | bool | int | timedelta | Named | None"

SYSTEM_PROMPTS = {
    "didnt_get_that_try_again": "__didntgetthattryagain__",
    "didnt_understand_try_again": "__didntunderstandtryagain__",
    "estimated_wait_time_about": "__estimated_wait_time_about__",
    "having_trouble_understanding": "__havingtroubleunderstanding__",
    "on_hold_music": "__on_hold_music__",
    "please_try_again": "__pleasetryagain__",
    "processing": "__processing__",
}
TYPE_OF_KIND = {
    "queue": "que",
    "userPrompt": "pmt",
    "systemPrompt": "pmt",
    "acdSkill": "skl",
    "acdLanguage": "lac",
    "acdWrapupCode": "wrc",
    "scheduleGroup": "scg",
    "emergencyGroup": "emg",
    "user": "usr",
}


@dataclass
class Scope:
    """Turns plain values into stored ones, and notes in the manifest what they refer to."""

    directory: Directory
    variables: dict[str, Declaration] = field(default_factory=dict[str, Declaration])
    manifest: dict[str, list[Json]] = field(default_factory=dict[str, list[Json]])
    context: Json = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        for name, prompt in self.directory.ids["userPrompt"].items():
            self.declare(f"Prompt.{name}", "pmt", prompt)

    def declare(self, name: str, kind: str, found: str) -> None:
        """Make a variable known to expressions."""
        self.variables[name] = Declaration(kind, found)

    def refer(self, kind: str, name: str, **more: str) -> str:
        """Note in the manifest that the current action uses an object; returns its id."""
        found = SYSTEM_PROMPTS[name] if kind == "systemPrompt" else self.directory.id(kind, name)
        entries = self.manifest.setdefault(kind, [])
        entry = next((one for one in entries if one["id"] == found), None)
        if entry is None:
            entry = Json(name=name, id=found, **more, context=[])
            entries.append(entry)
        entry["context"].append(dict(self.context))
        return found

    def value(self, kind: str, value: Value) -> Json:
        """A plain value as the platform stores it. Raises ValueError when its type is not `kind`."""
        match value:
            case None:
                return stored({"emp": {"pos": 1, "text": "", "type": kind}}, "", kind, EMPTY)
            case Named(of, name):
                return self.named(kind, of, name)
            case str() if value.startswith("="):
                return self.expression(kind, value[1:], EXPRESSION)
            case _:
                text = shown(value)
                return stored({"lit": {"pos": 1, "text": text, "type": kind}}, text, kind, LITERAL)

    def named(self, kind: str, of: str, name: str) -> Json:
        """A literal that stands for an object: its name as text, its id as `val`."""
        if TYPE_OF_KIND[of] != kind:
            raise ValueError(f"{of} {name!r} is not of type {kind}")
        found = self.refer(of, name)
        return stored({"lit": {"pos": 1, "text": name, "type": kind, "val": found}}, name, kind, LITERAL)

    def target(self, kind: str, name: str | None) -> Json:
        """A variable that an action writes, or nothing."""
        return self.value(kind, None) if name is None else self.expression(kind, name, TARGET)

    def expression(self, kind: str, text: str, mode: int) -> Json:
        """An expression with its tree and what it names. Raises LookupError for an unknown variable."""
        expected = None if kind == "any" or mode == TARGET else kind
        tree = parse(text, self.variables, expected)
        made = stored(tree, text, kind, mode)
        used = [self.used(key, leaf) for key, leaf in leaves(tree)]
        if used:
            made["metaData"] = {"references": list({one["id"]: one for one in used}.values())}
        if mode == TARGET and kind not in {used[0]["type"], "any"}:
            raise ValueError(f"{text} is {used[0]['type']}, not {kind}")
        return made

    def used(self, key: str, leaf: Json) -> Json:
        """The entry of `metaData.references` for one leaf; prompts belong in the manifest too."""
        scope, _, name = leaf["text"].partition(".")
        if scope == "PromptSystem":
            leaf["val"] = self.refer("systemPrompt", name)
        elif scope == "Prompt":
            self.refer("userPrompt", name)
        if not leaf["val"]:
            raise LookupError(f"nothing declares {leaf['text']}")
        return {"id": leaf["val"], "type": leaf["type"], "isSysRef": key == "sysref", "name": leaf["text"]}

    def communication(self, *parts: str) -> Json:
        """What a bot says: texts, and expressions (with `=`), one after the other."""
        inner = ", \n  ".join(part[1:] if part.startswith("=") else quoted(part) for part in parts)
        return self.expression("com", f"MakeCommunication(\n  {inner})", EXPRESSION)

    def audio(self, said: Say | None) -> Json:
        """What a caller hears. Languages other than the default take their audio from the prompts."""
        return {
            "bargeInExpression": self.value("bln", True),
            "flushExpression": self.value("bln", False),
            "defaultAudio": self.default_audio(said),
            "cases": [],
        }

    def default_audio(self, said: Say | None) -> Json:
        """The audio expression itself; it carries neither mode nor version."""
        if said is None:
            made = self.value("aud", None)
            made["uiMetaData"] = {"sequenceItems": []}
        else:
            made = self.expression("aud", said.expression(), EXPRESSION)
            items = said.items(self.directory.ids["userPrompt"])
            made["uiMetaData"] = {"sequenceItems": items, "customExpressionMode": not items}
        del made["version"]
        return made


@dataclass(frozen=True)
class Say:
    """Audio in parts: text to speech, prompts (`Named`), or audio expressions (with `=`)."""

    parts: tuple[str | Named, ...]

    def expression(self) -> str:
        """The audio expression of all parts, with barge-in."""
        made = [self.part(part) for part in self.parts]
        inner = made[0] if len(made) == 1 else f"Append({', '.join(made)})"
        return f"AudioPlaybackOptions({inner}, true)"

    def part(self, part: str | Named) -> str:
        """One part as an expression."""
        if isinstance(part, Named):
            return f"ToAudio({prompt_variable(part)})"
        return part[1:] if part.startswith("=") else f"ToAudioTTS({quoted(part)})"

    def items(self, prompts: Mapping[str, str]) -> list[Json]:
        """The editor's copy of the parts; none when an expression takes part."""
        made: list[Json] = []
        for part in self.parts:
            if isinstance(part, Named):
                system = part.kind == "systemPrompt"
                found = SYSTEM_PROMPTS[part.name] if system else prompts[part.name]
                made.append(
                    {
                        "type": 1,
                        "parameter": found,
                        "name": prompt_variable(part),
                        "isSystem": system,
                        "error": "",
                    }
                )
            elif part.startswith("="):
                return []
            else:
                made.append({"type": 0, "parameter": part, "error": ""})
        return made


def say(*parts: str | Named) -> Say:
    """Audio made of these parts."""
    return Say(parts)


def prompt(name: str) -> Named:
    """A user prompt."""
    return Named("userPrompt", name)


def system_prompt(name: str) -> Named:
    """A prompt of the platform."""
    return Named("systemPrompt", name)


def queue(name: str) -> Named:
    """A queue."""
    return Named("queue", name)


def prompt_variable(named: Named) -> str:
    """The name under which expressions know a prompt."""
    return f"{'PromptSystem' if named.kind == 'systemPrompt' else 'Prompt'}.{named.name}"


def quoted(text: str) -> str:
    """Text as a string literal of the expression language."""
    return json.dumps(text, ensure_ascii=False)


def shown(value: str | bool | int | timedelta) -> str:
    """The text of a literal. Durations are `P0D0H1M0S0F`, the last number milliseconds."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(value.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"P{value.days}D{hours}H{minutes}M{seconds}S{value.microseconds // 1000}F"
    return str(value)


def leaves(tree: Json) -> Iterator[tuple[str, Json]]:
    """The variables that a tree names, in order, each with its key."""
    for path, body in walk(tree):
        if path[-1:] in {("ref",), ("sysref",)}:
            yield str(path[-1]), body


def stored(config: Json, text: str, kind: str, mode: int) -> Json:
    """The envelope round the tree of an expression."""
    return {
        "config": config,
        "text": text,
        "type": kind,
        "uiMetaData": {"mode": mode},
        "metaData": {},
        "version": 2,
    }
