"""Functions on date-times and durations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from trunkline.engine.expression import numbers, timing
from trunkline.engine.expression.errors import ExpressionError
from trunkline.engine.expression.signatures import Function, function, overload
from trunkline.engine.expression.values import Duration, Value, not_set

if TYPE_CHECKING:
    from trunkline.engine.expression.scope import Scope

_DAYS: Final = 7
_MONTHS: Final = 12
_MINUTE: Final = 60_000
_STEPS: Final = (_MINUTE // 2, _MINUTE, 2 * _MINUTE, 5 * _MINUTE)


def day_of_week(value: date) -> int:
    """1 for Sunday to 7 for Saturday."""
    return value.isoweekday() % _DAYS + 1


def week_number(value: datetime) -> int:
    """Weeks begin on Sunday; the first one holds January 1st."""
    first = date(value.year, 1, 1)
    return (value.timetuple().tm_yday + day_of_week(first) - 2) // _DAYS + 1


def now(scope: Scope) -> datetime:
    return scope.now()


def add_years(start: datetime, years: int) -> datetime:
    return timing.shifted_by_months(start, years * _MONTHS)


def make_duration(days: int, hours: int, minutes: int, seconds: int, milliseconds: int = 0) -> Duration:
    """The sum of the parts, each with its own sign."""
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return numbers.duration(total * 1000 + milliseconds)


def occurrence_in_year(weekday: int, occurrence: int, year: int) -> Value:
    return _occurrence(weekday, occurrence, (year, 1), (year, _MONTHS), (0, 0, 0))


def occurrence_in_month(weekday: int, occurrence: int, year: int, month: int) -> Value:
    return _occurrence(weekday, occurrence, (year, month), (year, month), (0, 0, 0))


def occurrence_in_year_at(weekday: int, occurrence: int, year: int, *clock: int) -> Value:
    return _occurrence(weekday, occurrence, (year, 1), (year, _MONTHS), clock)


def occurrence_in_month_at(weekday: int, occurrence: int, year: int, month: int, *clock: int) -> Value:
    return _occurrence(weekday, occurrence, (year, month), (year, month), clock)


def _occurrence(
    weekday: int, occurrence: int, first: tuple[int, int], last: tuple[int, int], clock: tuple[int, ...]
) -> Value:
    """The n-th such day from the first month's start, or, if negative, from the last one's end."""
    if not 1 <= weekday <= _DAYS:
        raise ExpressionError("the day of the week is a number from 1 to 7")
    start = timing.make_date_time(*first, 1)
    end = timing.make_date_time(*last, timing.days_in(*last))
    if occurrence == 0 or abs(occurrence) > _DAYS * _DAYS + 5:
        return not_set("dtm")
    if occurrence > 0:
        found = start + timedelta(days=(weekday - day_of_week(start)) % _DAYS, weeks=occurrence - 1)
    else:
        found = end - timedelta(days=(day_of_week(end) - weekday) % _DAYS, weeks=-occurrence - 1)
    if not start <= found <= end:
        return not_set("dtm")
    return timing.make_date_time(found.year, found.month, found.day, *clock)


def round_up(value: Duration) -> Duration:
    """To 30 seconds, 1, 2 or 5 minutes, then to the next multiple of 5 minutes."""
    for step in _STEPS:
        if value.milliseconds <= step:
            return Duration(step)
    return round_up_to(value, Duration(_STEPS[-1]))


def round_up_to(value: Duration, interval: Duration, steps: tuple[Duration | Value, ...] = ()) -> Duration:
    """To the first of the specific durations that is as long, else to a multiple of the interval."""
    if interval.milliseconds <= 0:
        raise ExpressionError("the interval must be positive")
    fitting = [step for step in steps if isinstance(step, Duration) and step >= value]
    if fitting:
        return min(fitting)
    return numbers.duration(-(-value.milliseconds // interval.milliseconds) * interval.milliseconds)


def duration_range(value: Duration, interval: Duration) -> tuple[Duration, ...]:
    """The duration less and plus the interval."""
    low, high = value.milliseconds - interval.milliseconds, value.milliseconds + interval.milliseconds
    return numbers.duration(low), numbers.duration(high)


def _part(name: str, implementation: Callable[[datetime], int]) -> Function:
    return function(name, overload("value:dtm -> int", implementation))


def _adding(unit: str, parameter: str) -> Function:
    def added(start: datetime, amount: int) -> datetime:
        return timing.shifted(start, **{unit: amount})

    return function(f"Add{unit.capitalize()}", overload(f"startDateTime:dtm, {parameter}:int -> dtm", added))


_OCCURRENCE: Final = "dayOfWeek:int, occurrence:int, year:int"
_CLOCK: Final = "hour:int, minute:int, second:int"

DATES: Final = (
    _part("Year", lambda value: value.year),
    _part("Month", lambda value: value.month),
    _part("Day", lambda value: value.day),
    _part("Hour", lambda value: value.hour),
    _part("Minute", lambda value: value.minute),
    _part("Second", lambda value: value.second),
    _part("DayOfWeek", day_of_week),
    _part("WeekNum", week_number),
    _adding("days", "days"),
    _adding("hours", "hoursToAdd"),
    _adding("minutes", "minutesToAdd"),
    _adding("seconds", "secondsToAdd"),
    function("AddMonths", overload("startDateTime:dtm, monthsToAdd:int -> dtm", timing.shifted_by_months)),
    function("AddYears", overload("startDateTime:dtm, yearsToAdd:int -> dtm", add_years)),
    function("AddDuration", overload("startDateTime:dtm, durationToAdd:dur -> dtm", timing.shifted_by)),
    function("DateTimeDiff", overload("dateTime1:dtm, dateTime2:dtm -> dur", timing.between)),
    function("GetCurrentDateTimeUtc", overload("-> dtm", now, scope=True)),
    function(
        "GetDayOfWeekOccurrence",
        overload(f"{_OCCURRENCE} -> dtm", occurrence_in_year),
        overload(f"{_OCCURRENCE}, month:int -> dtm", occurrence_in_month),
        overload(f"{_OCCURRENCE}, {_CLOCK} -> dtm", occurrence_in_year_at),
        overload(f"{_OCCURRENCE}, month:int, {_CLOCK} -> dtm", occurrence_in_month_at),
    ),
    function(
        "MakeDateTime",
        overload(f"year:int, month:int, day:int, {_CLOCK} -> dtm", timing.make_date_time),
        overload("year:int, month:int, day:int -> dtm", timing.make_date_time),
    ),
    function(
        "MakeDuration",
        overload("day:int, hour:int, minute:int, second:int -> dur", make_duration),
        overload("day:int, hour:int, minute:int, second:int, milliseconds:int -> dur", make_duration),
    ),
    function(
        "RoundUp",
        overload("durationToRound:dur -> dur", round_up),
        overload("durationToRound:dur, intervalDurationValue:dur -> dur", round_up_to),
        overload(
            "durationToRound:dur, intervalDurationValue:dur, specificDurationValues:dur[] -> dur", round_up_to
        ),
    ),
    function("Range", overload("durationToRound:dur, intervalDuration:dur -> dur[]", duration_range)),
)
