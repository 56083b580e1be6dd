"""Date-times (UTC, whole seconds, 1800 to 2200) and durations as text and back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from trunkline.engine.expression import numbers
from trunkline.engine.expression.errors import ExpressionError
from trunkline.engine.expression.values import Duration

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MIN_DATE_TIME: Final = datetime(1800, 1, 1, tzinfo=UTC)
MAX_DATE_TIME: Final = datetime(2200, 12, 31, 23, 59, 59, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_MILLISECOND: Final = timedelta(milliseconds=1)

_DATE_TIME: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|([+-])(\d\d):(\d\d))?", re.ASCII
)
_DURATION: Final = re.compile(
    r"([+-]?)P(?:(\d{1,15})D)?(?:T(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,15})(?:\.(\d{1,30}))?S)?)?",
    re.ASCII,
)
_LITERAL_DURATION: Final = re.compile(
    r"(-?)P(\d{1,15})D(\d{1,15})H(\d{1,15})M(\d{1,15})S(\d{1,15})F", re.ASCII
)


def date_time(value: datetime) -> datetime:
    """The value cut to whole seconds, if it is within the limits."""
    if not MIN_DATE_TIME <= value <= MAX_DATE_TIME:
        raise ExpressionError("date-time out of range")
    return value.replace(microsecond=0)


def make_date_time(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0
) -> datetime:
    try:
        return date_time(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except (ValueError, OverflowError):
        raise ExpressionError("no such date or time") from None


def shifted(start: datetime, **amount: int) -> datetime:
    """The start plus an amount in one of timedelta's units, in whole seconds."""
    try:
        return date_time(start + timedelta(**amount))
    except OverflowError:
        raise ExpressionError("date-time out of range") from None


def shifted_by(start: datetime, by: Duration, sign: int = 1) -> datetime:
    """The start plus the duration, whose fractions of a second are dropped."""
    seconds = abs(by.milliseconds) // 1000
    return shifted(start, seconds=sign * (seconds if by.milliseconds >= 0 else -seconds))


def shifted_by_months(start: datetime, months: int) -> datetime:
    """The start plus months; a day that month does not have becomes its last one."""
    count = start.year * 12 + start.month - 1 + months
    year, month = divmod(count, 12)
    if not MIN_DATE_TIME.year <= year <= MAX_DATE_TIME.year:
        raise ExpressionError("date-time out of range")
    return date_time(start.replace(year=year, month=month + 1, day=min(start.day, days_in(year, month + 1))))


def days_in(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days


def from_epoch(seconds: int) -> datetime:
    return shifted(EPOCH, seconds=seconds)


def between(later: datetime, earlier: datetime) -> Duration:
    return numbers.duration((later - earlier) // _SECOND * 1000)


def date_time_text(value: datetime) -> str:
    """2009-01-10T06:30:00Z."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def plain_text(value: date | time) -> str:
    """2009-01-10 of a date, 06:30:00 of a time."""
    return value.isoformat()


def read_date_time(text: str) -> datetime:
    """YYYY-MM-DDThh:mm:ss, optionally with Z or an offset, as UTC."""
    match = _DATE_TIME.fullmatch(text.strip())
    if match is None:
        raise ExpressionError("text is not a date-time of the form YYYY-MM-DDThh:mm:ssZ")
    value = make_date_time(*(int(part) for part in match.group(1, 2, 3, 4, 5, 6)))
    sign, hours, minutes = match.group(7, 8, 9)
    if sign is None:
        return value
    offset = int(hours) * 60 + int(minutes)
    return shifted(value, minutes=-offset if sign == "+" else offset)


def read_duration(text: str) -> Duration:
    """An XSD duration of days, hours, minutes and seconds; less than a millisecond is cut."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or match.group(0).endswith(("P", "T")):
        raise ExpressionError("text is not a duration such as P1DT2H30M15.5S")
    sign, days, hours, minutes, seconds, fraction = match.groups()
    whole = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    milliseconds = whole * 1000 + int(((fraction or "") + "000")[:3])
    return numbers.duration(-milliseconds if sign == "-" else milliseconds)


def read_literal_duration(text: str) -> Duration:
    """The form of literals in a flow's configuration: P0D0H5M0S0F, F being milliseconds."""
    match = _LITERAL_DURATION.fullmatch(text)
    if match is None:
        return read_duration(text)
    days, hours, minutes, seconds, milliseconds = (int(part) for part in match.groups()[1:])
    total = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds
    return numbers.duration(-total if match.group(1) else total)


def duration_text(value: Duration) -> str:
    """XSD without zero parts: PT1H30M, -P9DT18H29M59.544S, PT0S."""
    seconds, milliseconds = divmod(abs(value.milliseconds), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    fraction = f".{milliseconds:03}".rstrip("0") if milliseconds else ""
    clock = "".join(f"{part}{unit}" for part, unit in ((hours, "H"), (minutes, "M")) if part) + (
        f"{seconds}{fraction}S" if seconds or fraction else ""
    )
    sign = "-" if value.milliseconds < 0 else ""
    if not days and not clock:
        return "PT0S"
    return f"{sign}P{f'{days}D' if days else ''}{f'T{clock}' if clock else ''}"
