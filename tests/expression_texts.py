"""Random well-formed expressions, made from the engine's own table of signatures."""

from __future__ import annotations

from hypothesis import strategies as st

from trunkline.engine.expression.functions import FUNCTIONS, operator
from trunkline.engine.expression.signatures import Overload

_INTEGERS = ("0", "1", "-1", "5", "13", "2017", "999999999999999", "-999999999999999")
_DECIMALS = ("0.0", "1.5", "-2.25", "3.225", "9" * 40 + ".0", "0." + "0" * 30 + "1")
_TEXTS = (
    '""', '"abc"', '"+13178723000"', '"5.25|USD"', '"2009-01-10T06:30:00Z"', '"PT5M"', '"true"', '"-3.5"',
    '"{\\"a\\":[1,2]}"', '"é中😀"', '"a@b.c"', '" "', '"sip:x@y"', '"USD"', '"٣"', '"\\t\\\\"',
)  # fmt: skip
_ATOMS: dict[str, tuple[str, ...]] = {
    "int": _INTEGERS,
    "dec": _DECIMALS,
    "str": _TEXTS,
    "bln": ("true", "false"),
    "dur": ("MakeDuration(1, 2, 3, 4, 5)", "MakeDuration(0, 0, 0, -1)", "ToDuration(999999999999999)"),
    "dtm": ("MakeDateTime(2009, 1, 31)", "MakeDateTime(1800, 1, 1)", "System.MaxDateTime"),
    "cur": ('MakeCurrency(5.25, "USD")', 'MakeCurrency(NOT_SET, "EUR")', 'ToCurrency("1|")'),
    "phn": ('ToPhoneNumber("+13178723000")', 'ToPhoneNumber("sip:a@b")', 'ToPhoneNumber("5551234")'),
    "usr": ('ToUser("u@x")',),
    "que": ('ToQueue("q")',),
    "pmt": ("Prompt.Hello",),
    "aud": ('ToAudioTTS("x")', "ToAudioBlank(5)"),
    "jsn": ('JsonParse("{\\"a\\":[1,2.5]}")', 'JsonParse("null")', 'JsonParse("1e99")'),
    "bof": ("Format.Bool.playYesNo",),
    "cuf": ("Format.Currency.playDigits", "Format.Currency.asMinorUnits"),
    "daf": ("Format.Date.longYear",),
    "nuf": ("Format.Number.playDigits",),
    "phf": ("Format.PhoneNumber.local",),
    "stf": ("Format.String.playChars",),
    "tif": ("Format.Time.twelveHours",),
    "tpf": ("Format.TimePart.hours",),
    "lne": ("Language.Gender.feminine",),
    "cpx_email_address": ('MakeEmailAddress("a@b.c")',),
    "nts": ("NOT_SET",),
}  # fmt: skip
_GENERIC = ("int", "dec", "str", "bln", "dur", "dtm", "cur", "phn", "usr", "jsn")
_SYMBOLS = ("+", "-", "*", "/", "%", "^", "==", "!=", "<", ">", "<=", ">=", "&", "|", "and", "or")


def _table() -> list[tuple[str, Overload]]:
    named = [(one.name, overload) for one in FUNCTIONS for overload in one.overloads]
    for symbol in _SYMBOLS:
        found = operator(symbol, 2)
        assert found is not None
        named += [(symbol, overload) for overload in found.overloads]
    return named


_OVERLOADS = _table()


def _producers() -> dict[str, list[tuple[str, Overload]]]:
    found: dict[str, list[tuple[str, Overload]]] = {}
    for name, overload in _OVERLOADS:
        found.setdefault(overload.result, []).append((name, overload))
    return found


_PRODUCERS = _producers()


def _written(name: str, arguments: list[str]) -> str:
    return (
        f"({arguments[0]}) {name} ({arguments[1]})" if name in _SYMBOLS else f"{name}({', '.join(arguments)})"
    )


@st.composite
def _call(draw: st.DrawFn, name: str, overload: Overload, depth: int) -> str:
    generic = draw(st.sampled_from(_GENERIC))
    types = [parameter.type for parameter in overload.parameters]
    if types and overload.parameters[-1].repeats:
        types += [types[-1]] * draw(st.integers(0, 2))
    return _written(name, [draw(_operand(type_, generic, depth - 1)) for type_ in types])


@st.composite
def _operand(draw: st.DrawFn, type_: str, generic: str, depth: int) -> str:
    if type_ in ("any", "each"):
        type_ = generic
    if type_ == "apa":
        type_ = "aud"
    if type_.endswith("_coll"):
        item = generic if type_ == "any_coll" else type_.removesuffix("_coll")
        items = draw(st.lists(_operand(item, generic, 0), min_size=1, max_size=3))
        return f"MakeList({', '.join(items)})"
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return "NOT_SET"
    if kind == 1:
        return "Flow.Unknown"
    if depth > 0 and kind > 5 and type_ in _PRODUCERS:
        name, overload = draw(st.sampled_from(_PRODUCERS[type_]))
        return draw(_call(name, overload, depth))
    return draw(st.sampled_from(_ATOMS[type_]))


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """The text of a call or operation whose operands are mostly of the right types."""
    name, overload = draw(st.sampled_from(_OVERLOADS))
    known = [one.type.removesuffix("_coll") for one in overload.parameters]
    if any(one not in _ATOMS and one not in ("any", "each", "apa") for one in known):
        return "1"
    return draw(_call(name, overload, 3))
