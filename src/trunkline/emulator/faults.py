"""Faults to order: which requests go wrong, how, and how often.

A rule names one fault or several to draw from, and the requests it meets:

    {"fault": "503", "route": "GET /api/v2/flows*", "times": 2}
    {"fault": ["429", "reset-after"], "rate": 0.2, "seed": 7}

fault       one of KINDS, or a list
route       `METHOD /path`, `METHOD` or `/path`; `*` is any run of characters; without it, every request
times       how many requests it spoils, then it is used up; without it and without `rate`, one
rate        the part of the requests it spoils, 0 to 1; repeatable for the same `seed`
after       how many requests it lets pass first
org         id of the one org it concerns
seconds     of a slow answer, a stall, a clock's error
retryAfter  text of the header of a 429 or 503; null sends none
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.wildcard import fits

STATUSES = ("429", "429-without-retry-after", "429-lying-retry-after", "500", "502", "503", "504")
WIRE = ("reset-before", "reset-after", "truncated", "stalled")
READS = ("stale", "206", "duplicate-page", "endless-pages")
"""Faults of a GET alone."""
WRITES = ("lost-lock", "edit")
"""Faults of what is no GET alone."""
KINDS = (
    *STATUSES,
    *WIRE,
    *READS,
    *WRITES,
    "slow",
    "expired-token",
    "malformed-json",
    "wrong-content-type",
    "clock-skew",
)
SECONDS: Mapping[str, float] = {"slow": 2.0, "stalled": 30.0, "clock-skew": 3600.0}
RETRY_AFTER: Mapping[str, str] = {"429": "1", "429-lying-retry-after": "0"}
_FIELDS = ("fault", "route", "times", "rate", "after", "org", "seconds", "retryAfter", "seed")


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one request."""

    kind: str
    seconds: float = 0.0
    retry_after: str | None = None


@dataclass(slots=True)
class Rule:
    """See the module. `left` is how many requests it still spoils, None for no end."""

    kinds: tuple[str, ...]
    sent: JsonObject
    method: str = "*"
    path: str = "*"
    rate: float = 1.0
    after: int = 0
    org: str | None = None
    seconds: float | None = None
    left: int | None = None
    seed: str = ""
    met: int = 0

    def draw(self, method: str, path: str, org: str | None) -> Fault | None:
        """The fault of this request, if the rule has one for it."""
        kinds = [kind for kind in self.kinds if _concerns(kind, method)]
        if not kinds or self.left == 0 or self.org not in (None, org) or not self._names(method, path):
            return None
        self.met += 1
        if self.met <= self.after or self._chance("whether") >= self.rate:
            return None
        if self.left is not None:
            self.left -= 1
        kind = kinds[int(self._chance("which") * len(kinds))]
        seconds = SECONDS.get(kind, 0.0) if self.seconds is None else self.seconds
        retry_after = self.sent["retryAfter"] if "retryAfter" in self.sent else RETRY_AFTER.get(kind)
        return Fault(kind, seconds, None if kind == "429-without-retry-after" else retry_after)

    def _names(self, method: str, path: str) -> bool:
        return self.method in ("*", method) and fits(self.path, path)

    def _chance(self, what: str) -> float:
        """A number from 0 up to 1: the same for the same seed and count of requests."""
        digest = hashlib.blake2b(f"{self.seed}/{what}/{self.met}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) / 2**64

    def to_json(self) -> JsonObject:
        return {**self.sent, "met": self.met, "left": self.left}


@dataclass(slots=True)
class Faults:
    """The rules in force, in order: the first that has a fault for a request decides."""

    rules: list[Rule] = field(default_factory=list[Rule])
    injected: Counter[str] = field(default_factory=Counter[str])

    def add(self, sent: Json) -> None:
        """One rule, or a list of them. Raises ValueError that says what is wrong."""
        many = cast("list[object]", sent) if isinstance(sent, list) else [sent]
        self.rules += [parse(each) for each in many]

    def draw(self, method: str, path: str, org: str | None) -> Fault | None:
        for rule in self.rules:
            fault = rule.draw(method, path, org)
            if fault is not None:
                self.injected[fault.kind] += 1
                return fault
        return None

    def clear(self) -> None:
        self.rules.clear()
        self.injected.clear()

    def to_json(self) -> JsonObject:
        return {"rules": [rule.to_json() for rule in self.rules], "injected": dict(self.injected)}


def _concerns(kind: str, method: str) -> bool:
    if kind in READS:
        return method == "GET"
    return kind not in WRITES or method not in ("GET", "HEAD")


def parse(sent: object) -> Rule:
    """A rule. Raises ValueError that says what is wrong."""
    given = cast("JsonObject", sent) if isinstance(sent, dict) else {}
    if not given:
        raise ValueError("a rule is an object, as in {fault: 503, route: GET /api/v2/flows*, times: 2}")
    for name in given:
        if name not in _FIELDS:
            raise ValueError(f"a rule has no {name}; it has {', '.join(_FIELDS)}")
    method, path = _route(given.get("route", "*"))
    times = given.get("times", None if "rate" in given else 1)
    return Rule(
        _kinds(given.get("fault")),
        _with_retry_after(given),
        method,
        path,
        rate=_number(given, "rate", 1.0, most=1.0),
        after=int(_number(given, "after", 0)),
        org=_text(given, "org"),
        seconds=_number(given, "seconds", 0.0) if "seconds" in given else None,
        left=None if times is None else int(_number({"times": times}, "times", 1)),
        seed=str(given.get("seed", "")),
    )


def _kinds(named: object) -> tuple[str, ...]:
    names = cast("list[object]", named) if isinstance(named, list) else [named]
    for name in names:
        if str(name) not in KINDS:
            raise ValueError(f"no such fault: {name}; there are {', '.join(KINDS)}")
    if not names:
        raise ValueError("a rule names at least one fault")
    return tuple(str(name) for name in names)


def _route(text: object) -> tuple[str, str]:
    if not isinstance(text, str) or not text:
        raise ValueError("route is a method, a path, or both with a blank between them")
    method, _, path = text.partition(" ")
    if path:
        return method.upper(), path
    return ("*", text) if text.startswith(("/", "*")) else (text.upper(), "*")


def _with_retry_after(given: JsonObject) -> JsonObject:
    value = given.get("retryAfter")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | str)):
        raise ValueError("retryAfter is the text of a header, or null")
    text = str(value)
    if not text.isprintable() or not text.isascii():
        raise ValueError("retryAfter is one line of ASCII")
    return given if value is None else {**given, "retryAfter": text}


def _number(given: JsonObject, name: str, default: float, most: float = 1e9) -> float:
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e9 <= value <= most:
        raise ValueError(f"{name} is a number, at most {most:g}")
    if value < 0 and name != "seconds":
        raise ValueError(f"{name} is not below 0")
    return value


def _text(given: JsonObject, name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is a text")
    return value
