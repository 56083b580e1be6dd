"""Telephone and SIP addresses: reading them, and when two are the same."""

from __future__ import annotations

import re
from typing import Final

from trunkline.engine.expression.errors import ExpressionError
from trunkline.engine.expression.values import Phone, Value, not_set
from trunkline.engine.expression.words import words

HOME_DIALING_CODE: Final = "1"
"""Numbers without a plus are read as national numbers here (assumption `home-region`)."""

_HOME_LENGTH: Final = 10
_PUNCTUATION: Final = re.compile(r"[\s().\-/]+")
_MAX_LENGTH: Final = 320
# The two-digit country codes of ITU-T E.164; 1 and 7 have one digit, all others three.
_TWO_DIGITS: Final = frozenset(
    words(
        "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64"
        " 65 66 81 82 84 86 90 91 92 93 94 95 98"
    )
)
_NATIONAL_PREFIX: Final = {"1": "1", "7": "8", "39": "", "34": "", "45": "", "47": "", "48": "", "30": ""}


def read(text: str) -> Phone:
    """A phone number of `+1 (317) 872-3000`, `tel:…`, `sip:…`, `sips:…` or national digits."""
    raw = text.strip()
    scheme, colon, rest = raw.partition(":")
    scheme = scheme.lower()
    if len(raw) <= _MAX_LENGTH and colon and scheme in ("sip", "sips") and rest:
        return Phone(raw, raw, "sip")
    if colon and scheme == "tel":
        return _telephone(raw, raw, rest)
    return _telephone(raw, f"tel:{raw}", raw)


def _telephone(raw: str, uri: str, number: str) -> Phone:
    number = number.partition(";")[0]
    digits = _PUNCTUATION.sub("", number)
    is_global = digits.startswith("+")
    digits = digits.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and len(raw) <= _MAX_LENGTH):
        raise ExpressionError("text is not a phone number")
    if is_global:
        code = dialing_code(digits)
        return Phone(raw, uri, "tel", code, digits.removeprefix(code), is_global=True)
    if len(digits) == _HOME_LENGTH + 1 and digits.startswith(HOME_DIALING_CODE):
        return Phone(raw, uri, "tel", None, digits[1:])
    return Phone(raw, uri, "tel", None, digits)


def dialing_code(digits: str) -> str:
    """The country code at the start of an international number."""
    if digits[:1] in ("1", "7"):
        return digits[:1]
    return digits[:2] if digits[:2] in _TWO_DIGITS else digits[:3]


def national_text(phone: Phone) -> str:
    """The digits as dialled within the number's own country, with its trunk prefix."""
    code = phone.dialing_code or HOME_DIALING_CODE
    return _NATIONAL_PREFIX.get(code, "0") + (phone.subscriber or "")


def same(a: Phone, b: Phone) -> bool:
    """Equal E.164 numbers, or equal subscribers where one of them has none; SIP by address."""
    if a.scheme != b.scheme:
        return False
    if a.scheme == "sip":
        return _sip_key(a) == _sip_key(b)
    if a.is_global and b.is_global:
        return a.e164 == b.e164
    return a.subscriber == b.subscriber


def _sip_key(phone: Phone) -> str:
    return phone.uri.rstrip("@").casefold()


def property_of(phone: Phone, name: str) -> Value:
    """A property by its lower-case name; what the number does not have is NOT_SET."""
    values: dict[str, Value | None] = {
        "dialingcode": phone.dialing_code,
        "e164": phone.e164,
        "subscribernumber": phone.subscriber,
        "isglobal": phone.is_global,
        "issip": phone.scheme == "sip",
        "istel": phone.scheme == "tel",
        "raw": phone.raw,
        "scheme": phone.scheme,
        "uri": phone.uri,
    }
    value = values[name]
    return not_set("str") if value is None else value
