"""English words for what the platform's audio functions say."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from trunkline.engine.expression import numbers
from trunkline.engine.expression.values import Currency, Duration
from trunkline.engine.expression.words import words

_SMALL: Final = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_TENS: Final = words("zero ten twenty thirty forty fifty sixty seventy eighty ninety")
_GROUPS: Final = words(
    "thousand million billion trillion quadrillion quintillion sextillion septillion octillion"
    " nonillion decillion undecillion duodecillion"
)
_ORDINALS: Final = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_MONTHS: Final = words(
    "January February March April May June July August September October November December"
)
_DAYS: Final = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
_UNITS: Final = {
    "USD": ("dollar", "cent"),
    "CAD": ("dollar", "cent"),
    "AUD": ("dollar", "cent"),
    "NZD": ("dollar", "cent"),
    "EUR": ("euro", "cent"),
    "GBP": ("pound", "pence"),
    "JPY": ("yen", ""),
    "CHF": ("franc", "centime"),
    "INR": ("rupee", "paisa"),
    "MXN": ("peso", "centavo"),
    "BRL": ("real", "centavo"),
}
_UNCHANGING: Final = ("yen", "pence")
_HUNDRED: Final = 100
_THOUSAND: Final = 1000


def cardinal(value: int) -> str:
    """five hundred, negative one hundred twenty three."""
    if value < 0:
        return f"negative {cardinal(-value)}"
    if value < _THOUSAND:
        return _below_thousand(value)
    words: list[str] = []
    rest, place = divmod(value, _THOUSAND)
    if place:
        words.append(_below_thousand(place))
    for group in _GROUPS:
        rest, place = divmod(rest, _THOUSAND)
        if place:
            words.append(f"{_below_thousand(place)} {group}")
    return " ".join(reversed(words))


def _below_thousand(value: int) -> str:
    hundreds, rest = divmod(value, _HUNDRED)
    words = [f"{_SMALL[hundreds]} hundred"] if hundreds else []
    if rest or not hundreds:
        words.append(_below_hundred(rest))
    return " ".join(words)


def _below_hundred(value: int) -> str:
    if value < len(_SMALL):
        return _SMALL[value]
    tens, ones = divmod(value, 10)
    return _TENS[tens] + (f" {_SMALL[ones]}" if ones else "")


def ordinal(value: int) -> str:
    """first, two hundred and first; of a negative number the plain number."""
    if value < 0:
        return cardinal(value)
    hundreds, rest = divmod(value, _HUNDRED)
    if hundreds and rest:
        return f"{cardinal(hundreds * _HUNDRED)} and {ordinal(rest)}"
    head, _, last = cardinal(value).rpartition(" ")
    if last in _ORDINALS:
        last = _ORDINALS[last]
    else:
        last = last[:-1] + "ieth" if last.endswith("y") else last + "th"
    return f"{head} {last}".strip()


def digits(text: str) -> str:
    """Each character of a number on its own: negative five zero point five."""
    names = {"-": "negative", ".": "point", "+": "plus"}
    return " ".join(names.get(one) or _SMALL[int(one)] for one in text)


def decimal(value: Decimal, places: int | None = None) -> str:
    """one hundred twenty three point one two; a fraction of zero is not said unless places ask for it."""
    if places is not None:
        value = numbers.truncated(value, max(places, 0))
    elif value == value.to_integral_value():
        value = value.to_integral_value()
    whole, _, fraction = format(value.copy_abs(), "f").partition(".")
    sign = "negative " if value < 0 else ""
    spoken = sign + cardinal(int(whole))
    return f"{spoken} point {digits(fraction)}" if fraction else spoken


def decimal_digits(value: Decimal, places: int | None = None) -> str:
    """The same digit by digit."""
    if places is not None:
        value = numbers.truncated(value, max(places, 0))
    elif value == value.to_integral_value():
        value = value.to_integral_value()
    return digits(format(value, "f"))


def _unit(name: str, count: Decimal | int) -> str:
    return name if count == 1 or name in _UNCHANGING else f"{name}s"


def _units(value: Currency) -> tuple[str, str]:
    return _UNITS.get(value.code or "", (value.code or "", "cent"))


def money(value: Currency, style: str = "") -> str:
    """one dollar and twenty three cents; `style` is majorUnitsOnly, asMinorUnits or playDigits."""
    amount = Decimal(0) if value.amount is None else value.amount
    major, minor = _units(value)
    if style.endswith("ajorUnitsOnly"):
        whole = int(amount)
        return f"{cardinal(whole)} {_unit(major, whole)}"
    smallest = numbers.multiply(amount, _HUNDRED) if minor else amount
    cents = int(numbers.rounded(smallest, 0))
    if style.endswith("sMinorUnits") and minor:
        return f"{cardinal(cents)} {_unit(minor, cents)}"
    if style.endswith("layDigits"):
        return f"{decimal_digits(amount, 2)} {_unit(major, amount)}"
    if not minor:
        return f"{cardinal(cents)} {_unit(major, cents)}"
    sign = "negative " if cents < 0 else ""
    whole, rest = divmod(abs(cents), _HUNDRED)
    return f"{sign}{cardinal(whole)} {_unit(major, whole)} and {cardinal(rest)} {_unit(minor, rest)}"


def money_places(value: Currency, places: int) -> str:
    """one point two dollars."""
    amount = Decimal(0) if value.amount is None else value.amount
    return f"{decimal(amount, places)} {_unit(_units(value)[0], amount)}"


def duration(value: Duration) -> str:
    """one hour thirty minutes; less than a second is not said."""
    seconds = abs(value.milliseconds) // _THOUSAND
    words: list[str] = []
    for name, length in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, seconds = divmod(seconds, length)
        if count:
            words.append(f"{cardinal(count)} {_unit(name, count)}")
    sign = "negative " if value.milliseconds < 0 and words else ""
    return sign + (" ".join(words) or "zero seconds")


def long_year(year: int) -> str:
    """nineteen hundred eighty nine, two thousand fourteen."""
    if year // _THOUSAND * _THOUSAND == year // _HUNDRED * _HUNDRED:
        return cardinal(year)
    hundreds, rest = divmod(year, _HUNDRED)
    return f"{cardinal(hundreds)} hundred{f' {cardinal(rest)}' if rest else ''}"


def short_year(year: int) -> str:
    """twenty fourteen."""
    hundreds, rest = divmod(year, _HUNDRED)
    return f"{cardinal(hundreds)} {cardinal(rest)}" if rest else long_year(year)


def date(value: datetime, style: str = "") -> str:
    """Thursday November thirtieth nineteen hundred eighty nine, or the part that the style asks for."""
    weekday, month, day = _DAYS[value.weekday()], _MONTHS[value.month - 1], ordinal(value.day)
    parts = {
        "": f"{month} {day} {long_year(value.year)}",
        "longyear": f"{weekday} {month} {day} {long_year(value.year)}",
        "shortyear": f"{weekday} {month} {day} {short_year(value.year)}",
        "longyearonly": long_year(value.year),
        "shortyearonly": short_year(value.year),
        "dayonly": day,
        "monthonly": month,
        "monthday": f"{month} {day}",
        "dayofweekonly": weekday,
    }
    return parts.get(style.lower().removeprefix("date"), parts[""])


def time(value: datetime, style: str = "") -> str:
    """two twenty two PM, two twenty two (twelveHours), fourteen twenty two (twentyFourHours)."""
    name = style.lower().removeprefix("time")
    minutes = cardinal(value.minute) if value.minute >= 10 else f"oh {cardinal(value.minute)}"
    tail = f" {minutes}" if value.minute else ""
    if name == "twentyfourhours":
        return f"{cardinal(value.hour)}{tail or ' hours'}"
    clock = f"{cardinal(value.hour % 12 or 12)}{tail}"
    return clock if name == "twelvehours" else f"{clock} {'AM' if value.hour < 12 else 'PM'}"
