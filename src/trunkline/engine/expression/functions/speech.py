"""Functions that make audio. The words are English, whatever language a flow runs in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from trunkline.engine.expression import limits, phones, spoken
from trunkline.engine.expression.errors import ExpressionError
from trunkline.engine.expression.functions import text as texts
from trunkline.engine.expression.signatures import Function, Implementation, function, overload
from trunkline.engine.expression.values import (
    Audio,
    Currency,
    Duration,
    EnumMember,
    NotSet,
    Phone,
    Reference,
    Segment,
    Value,
    not_set,
)

BLANK: Final = Audio()
_MAX_BLANK_MS: Final = 3_600_000


def said(words: str) -> Audio:
    return Audio((Segment(words),))


def of(value: Value) -> Audio:
    """The audio of a prompt, or the audio itself; NOT_SET is blank."""
    if isinstance(value, Reference):
        return Audio((Segment(prompt=value),))
    return value if isinstance(value, Audio) else BLANK


def sequence(*parts: Value) -> Audio:
    segments = tuple(segment for part in parts for segment in of(part).segments)
    limits.check_items(len(segments))
    return Audio(segments)


def playback_options(audio: Value, barge_in: bool, flush: bool | None = None) -> Audio:
    return Audio(of(audio).segments, barge_in, flush)


def text_to_speech(text: str | NotSet, how: str | EnumMember | None = None) -> Audio:
    """Spoken by the engine of a language, or letter by letter."""
    if isinstance(text, NotSet):
        return BLANK
    if isinstance(how, EnumMember) and how.name.lower().endswith("playchars"):
        text = limits.concatenated(text, " ")
    return Audio((Segment(text, language=how if isinstance(how, str) else None, spoken_text=True),))


def silence(milliseconds: int) -> Audio:
    if not 0 <= milliseconds <= _MAX_BLANK_MS:
        raise ExpressionError("length of blank audio out of range")
    return Audio((Segment(blank_ms=milliseconds),)) if milliseconds else BLANK


def _speaking(words: Callable[..., str]) -> Implementation:
    """An implementation that says the words of its operands; a first one that is NOT_SET is blank."""

    def speak(value: Any, *how: Any) -> Audio:
        return BLANK if isinstance(value, NotSet) else said(words(value, *how))

    return speak


def _boolean(value: bool, style: EnumMember | None = None) -> str:
    if style is not None and style.name.lower().endswith("playyesno"):
        return "Yes" if value else "No"
    return "True" if value else "False"


def _money(value: Currency, how: EnumMember | int | None = None) -> str:
    if isinstance(how, int):
        return spoken.money_places(value, how)
    return spoken.money(value, how.name if how else "")


def _number(value: int | Decimal, *how: EnumMember | int) -> str:
    """`how` may hold a format, a number of decimal places, and language contexts (not used)."""
    places = next((one for one in how if isinstance(one, int)), None)
    by_digit = any(isinstance(one, EnumMember) and one.name.lower().endswith("playdigits") for one in how)
    words = spoken.decimal_digits if by_digit else spoken.decimal
    return words(Decimal(value), places)


def _ordinal(value: int, *_contexts: EnumMember) -> str:
    return spoken.ordinal(value)


def _percent(value: int | Decimal, places: int | None = None) -> str:
    return f"{spoken.decimal(Decimal(value), places)} percent"


def _date(value: datetime, style: EnumMember | None = None) -> str:
    return spoken.date(value, style.name if style else "")


def _time(value: datetime, style: EnumMember | None = None) -> str:
    return spoken.time(value, style.name if style else "")


def _date_time(value: datetime) -> str:
    return f"{spoken.date(value)} {spoken.time(value)}"


def of_duration(value: Duration | NotSet) -> Value:
    return not_set("aud") if isinstance(value, NotSet) else said(spoken.duration(value))


def of_phone(value: Phone | NotSet, how: EnumMember | str | NotSet | None = None) -> Audio:
    """Globally formatted; local by format, or for the dialing code that is the number's own."""
    if isinstance(value, NotSet) or value.scheme != "tel":
        return BLANK
    local = how == value.dialing_code if isinstance(how, str) else _is_local(how)
    if local or value.e164 is None:
        return said(spoken.digits(phones.national_text(value)))
    return said(spoken.digits(value.e164))


def _is_local(how: EnumMember | NotSet | None) -> bool:
    return isinstance(how, EnumMember) and how.name.lower().endswith("local")


def of_digits(text: str | NotSet) -> Audio:
    """The digits of a text that looks like a phone number."""
    if isinstance(text, NotSet):
        return BLANK
    found = "".join(one for one in text if one.isascii() and one.isdigit())
    limits.check_length(len(found) * 6)
    return said(spoken.digits(found)) if found else BLANK


def time_range(low: int, high: int, part: EnumMember | NotSet) -> Audio:
    """10 to 15 hours, 1 hour."""
    unit = "" if isinstance(part, NotSet) else part.name.lower().removeprefix("timepart").removesuffix("s")
    shown = str(low) if low == high else f"{low} to {high}"
    return said(f"{shown} {unit}{'' if low == high == 1 else 's'}" if unit else shown)


def _speaker(name: str, *signatures: str, words: Callable[..., str]) -> Function:
    speak = _speaking(words)
    return function(name, *(overload(f"{signature} -> aud", speak) for signature in signatures))


SEQUENCES: Final = tuple(
    overload(f"augend:{a}, addend:{b} -> aud", sequence)
    for a, b in (("aud", "aud"), ("pmt", "pmt"), ("aud", "pmt"), ("pmt", "aud"))
)

_FORMAT: Final = "numberAudioFormat:nuf"
_PLACES: Final = "numberOfDecimalPlaces:int"
_CONTEXT: Final = "languageContext:lne+"


def _number_signatures() -> tuple[str, ...]:
    integer, decimal = "integerToConvert:int~", "decimalToConvert:dec~"
    plain = [(number, *how) for number in (integer, decimal) for how in ((), (_FORMAT,))]
    plain += [(decimal, _PLACES), (decimal, _FORMAT, _PLACES)]
    return tuple(", ".join((*parts, *more)) for parts in plain for more in ((), (_CONTEXT,)))


SPEECH: Final = (
    function(
        "Append",
        overload("initialText:str~, textToAppend:str+~ -> str", texts.append),
        overload("initialAudioOrPrompt:apa~, audioOrPromptToAppend:apa+~ -> aud", sequence),
    ),
    function(
        "AudioPlaybackOptions",
        overload("audio:apa, bargeIn:bln -> aud", playback_options),
        overload("audio:apa, bargeIn:bln, flushNow:bln -> aud", playback_options),
    ),
    function("ToAudio", overload("promptToConvert:pmt -> aud", of)),
    function("ToAudioBlank", overload("lengthMs:int -> aud", silence)),
    function(
        "ToAudioTTS",
        overload("text:str~ -> aud", text_to_speech),
        overload("text:str~, IETFLanguageTag:str -> aud", text_to_speech),
        overload("text:str~, stringAudioFormat:stf -> aud", text_to_speech),
    ),
    _speaker("ToAudioBool", "boolToConvert:bln~", "boolToConvert:bln~, boolAudioFormat:bof", words=_boolean),
    _speaker(
        "ToAudioCurrency",
        "currencyToConvert:cur~",
        "currencyToConvert:cur~, currencyAudioFormat:cuf",
        f"currencyToConvert:cur~, {_PLACES}",
        words=_money,
    ),
    _speaker(
        "ToAudioDate", "dateTimeToConvert:dtm~", "dateTimeToConvert:dtm~, dateAudioFormat:daf", words=_date
    ),
    _speaker(
        "ToAudioTime", "dateTimeToConvert:dtm~", "dateTimeToConvert:dtm~, timeAudioFormat:tif", words=_time
    ),
    _speaker("ToAudioDateTime", "dateTimeToConvert:dtm~", words=_date_time),
    function("ToAudioDuration", overload("durationToConvert:dur~ -> aud", of_duration)),
    _speaker("ToAudioNumber", *_number_signatures(), words=_number),
    _speaker(
        "ToAudioNumberOrdinal", "integerToConvert:int~", f"integerToConvert:int~, {_CONTEXT}", words=_ordinal
    ),
    _speaker(
        "ToAudioPercent",
        "integerToConvert:int~",
        "decimalToConvert:dec~",
        f"decimalToConvert:dec~, {_PLACES}",
        words=_percent,
    ),
    function(
        "ToAudioPhoneNumber",
        overload("phoneNumberToConvert:phn~ -> aud", of_phone),
        overload("phoneNumberToConvert:phn~, phoneNumberFormat:phf -> aud", of_phone),
        overload("phoneNumberToConvert:phn~, dialingCode:str~ -> aud", of_phone),
        overload("stringToConvert:str~ -> aud", of_digits),
    ),
    function(
        "ToAudioTimeRange", overload("lowerBound:int, upperBound:int, timePart:tpf~ -> aud", time_range)
    ),
)
