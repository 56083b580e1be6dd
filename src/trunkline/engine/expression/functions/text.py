"""Functions on text. Positions count from 0; a position or length outside of the text is cut to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from trunkline.engine.expression import collation, language, limits
from trunkline.engine.expression.signatures import Function, function, overload
from trunkline.engine.expression.values import NotSet, Value


def append(*parts: str | NotSet) -> str:
    """The parts one after the other, NOT_SET as empty text."""
    return limits.concatenated(part for part in parts if isinstance(part, str))


def concatenate(a: str, b: str) -> str:
    limits.check_length(len(a) + len(b))
    return a + b


def left(text: str, length: int) -> str:
    return text[: max(length, 0)]


def right(text: str, length: int) -> str:
    return text[-length:] if length > 0 else ""


def substring(text: str, start: int, length: int) -> str:
    first = max(start, 0)
    return text[first : first + max(length, 0)]


def _folded(text: str) -> str:
    """The text in small letters, of the same length."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(one if len(one.lower()) != 1 else one.lower() for one in text)


def find(text: str, wanted: str, occurrence: int = 1, ignore_case: bool = False) -> int:
    """Where the n-th occurrence begins, or -1. Occurrences do not overlap."""
    if ignore_case:
        text, wanted = _folded(text), _folded(wanted)
    step = max(len(wanted), 1)
    place = -step
    for _ in range(occurrence):
        place = text.find(wanted, place + step)
        if place < 0:
            return -1
    return place if occurrence > 0 else -1


def find_ignoring_case(text: str, wanted: str, ignore_case: bool) -> int:
    return find(text, wanted, 1, ignore_case)


def contains(text: str, wanted: str, ignore_case: bool = False) -> bool:
    return find(text, wanted, 1, ignore_case) >= 0


def replace(text: str, wanted: str, replacement: str | NotSet) -> str:
    """Every occurrence replaced; nothing to find leaves the text as it is."""
    if not wanted:
        return text
    new = replacement if isinstance(replacement, str) else ""
    limits.check_length(len(text) + text.count(wanted) * (len(new) - len(wanted)))
    return text.replace(wanted, new)


def split(text: str, delimiter: str) -> tuple[str, ...]:
    """The parts between delimiters; without a delimiter the characters."""
    if not delimiter:
        limits.check_items(len(text))
        return tuple(text) or ("",)
    limits.check_items(text.count(delimiter) + 1)
    return tuple(text.split(delimiter))


def compare(a: str | NotSet, b: str | NotSet, ignore_case: bool = False) -> int:
    """-1, 0 or 1 by dictionary order; NOT_SET comes first."""
    if isinstance(a, NotSet) or isinstance(b, NotSet):
        return isinstance(b, NotSet) - isinstance(a, NotSet)
    return collation.compare(a, b, ignore_case=ignore_case)


def detect_language(text: str | NotSet, default: Value) -> Value:
    """The language's code, or the default where there is too little to tell."""
    found = language.detect(text) if isinstance(text, str) else None
    return default if found is None else found


def upper(text: str) -> str:
    changed = text.upper()
    limits.check_length(len(changed))
    return changed


def lower(text: str) -> str:
    changed = text.lower()
    limits.check_length(len(changed))
    return changed


def reverse(text: str) -> str:
    return text[::-1]


def _simple(name: str, parameter: str, call: Callable[[str], Value], result: str = "str") -> Function:
    return function(name, overload(f"{parameter}:str -> {result}", call))


CONCATENATE: Final = overload("augend:str, addend:str -> str", concatenate)

TEXT: Final = (
    function(
        "FindString",
        overload("stringToSearch:str, textToFind:str -> int", find),
        overload("stringToSearch:str, textToFind:str, ignoreCase:bln -> int", find_ignoring_case),
        overload("stringToSearch:str, textToFind:str, occurrenceNumber:int -> int", find),
        overload("stringToSearch:str, textToFind:str, occurrenceNumber:int, ignoreCase:bln -> int", find),
    ),
    function(
        "Contains",
        overload("stringToSearch:str, textToFind:str -> bln", contains),
        overload("stringToSearch:str, textToFind:str, ignoreCase:bln -> bln", contains),
    ),
    function(
        "Compare",
        overload("stringToCompare:str~, stringToCompareTo:str~ -> int", compare),
        overload("stringToCompare:str~, stringToCompareTo:str~, ignoreCase:bln -> int", compare),
    ),
    function("DetectLanguage", overload("stringToSearch:str~, defaultString:str~ -> str", detect_language)),
    function("Left", overload("srcString:str, length:int -> str", left)),
    function("Right", overload("srcString:str, length:int -> str", right)),
    function("Substring", overload("text:str, start:int, length:int -> str", substring)),
    function("Replace", overload("text:str, findString:str, replacementString:str~ -> str", replace)),
    function("Split", overload("textToSplit:str, delimiter:str -> str[]", split)),
    _simple("Length", "text", len, "int"),
    _simple("Lower", "text", lower),
    _simple("Upper", "text", upper),
    _simple("LTrim", "value", str.lstrip),
    _simple("RTrim", "stringToTrim", str.rstrip),
    _simple("Trim", "stringToTrim", str.strip),
    _simple("Reverse", "text", reverse),
)
