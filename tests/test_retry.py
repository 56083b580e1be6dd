"""What is tried again, how often, how long; and what never is."""

from __future__ import annotations

import datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fake_cloud import Answer, answer, script
from trunkline.clouds.retry import Policy, Retry, Wait, retry_after
from trunkline.clouds.transport import Response
from trunkline.errors import NoAnswer

NEVER_SENT = NoAnswer("no connection", sent=False)
SENT = NoAnswer("no answer in time", sent=True)


class Tries:
    """Runs a script of outcomes through the retry layer; time passes only in sleeps."""

    def __init__(self, *outcomes: Answer, policy: Policy | None = None, jitter: float = 0.5) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self.waits: list[Wait] = []
        self.calls = 0
        self._handle = script(*outcomes)
        self._retry = Retry(
            policy or Policy(), self.waits.append, lambda: self.now, self._sleep, lambda: jitter
        )

    def run(self, *, idempotent: bool) -> Response:
        return self._retry(self._call, idempotent=idempotent, where="GET /flows")

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def _call(self) -> Response:
        self.calls += 1
        outcome = self._handle(None)  # type: ignore[arg-type]
        if isinstance(outcome, NoAnswer):
            raise outcome
        return outcome


@pytest.mark.parametrize("idempotent", [True, False])
@pytest.mark.parametrize("outcome", [answer(429), NEVER_SENT])
def test_a_429_and_what_was_never_sent_are_always_tried_again(outcome, idempotent):
    tries = Tries(outcome, answer(200))

    assert tries.run(idempotent=idempotent).status == 200
    assert tries.calls == 2


@pytest.mark.parametrize("outcome", [answer(500), answer(502), answer(503), answer(504), SENT])
def test_what_may_have_been_done_is_tried_again_only_if_idempotent(outcome):
    assert Tries(outcome, answer(200)).run(idempotent=True).status == 200

    tries = Tries(outcome, answer(200))
    if outcome is SENT:
        with pytest.raises(NoAnswer, match="no answer in time"):
            tries.run(idempotent=False)
    else:
        assert tries.run(idempotent=False) is outcome
    assert tries.calls == 1


@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 428, 501, 505, 302]
)
def test_a_definite_answer_is_never_tried_again(status):
    tries = Tries(answer(status, retry_after="1"), answer(200))

    assert tries.run(idempotent=True).status == status
    assert tries.slept == []


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_kept_to_the_second(status):
    tries = Tries(answer(status, retry_after="42"), answer(200))
    tries.run(idempotent=True)

    assert tries.slept == [42]


def test_a_retry_after_beyond_reason_ends_the_trying():
    tries = Tries(answer(429, retry_after="3600"), answer(200))

    assert tries.run(idempotent=True).status == 429
    assert tries.slept == []


def test_without_retry_after_waits_double_between_two_and_ten_seconds():
    tries = Tries(answer(503), policy=Policy(attempts=6, total=1000), jitter=0.999)
    tries.run(idempotent=True)

    assert [round(each) for each in tries.slept] == [2, 4, 8, 10, 10]


@given(st.floats(0, 1, exclude_max=True), st.integers(2, 9))
def test_waits_stay_within_their_bounds_whatever_the_jitter(jitter, attempts):
    tries = Tries(answer(503), policy=Policy(attempts=attempts, total=1000), jitter=jitter)
    tries.run(idempotent=True)

    assert len(tries.slept) == attempts - 1
    assert all(2 <= each <= 10.1 for each in tries.slept)


def test_attempts_are_bounded():
    tries = Tries(NEVER_SENT, policy=Policy(attempts=3, total=1000))

    with pytest.raises(NoAnswer, match="no connection"):
        tries.run(idempotent=True)
    assert tries.calls == 3


def test_total_time_is_bounded_and_no_wait_begins_that_would_pass_it():
    tries = Tries(answer(429, retry_after="50"), policy=Policy(attempts=99, total=120))

    assert tries.run(idempotent=True).status == 429
    assert tries.slept == [50, 50]


def test_every_wait_is_reported():
    tries = Tries(answer(429, retry_after="7"), SENT, answer(503), answer(200))
    tries.run(idempotent=True)

    assert [(each.attempt, each.reason, each.where) for each in tries.waits] == [
        (1, "rate limit", "GET /flows"),
        (2, "no answer in time", "GET /flows"),
        (3, "the cloud answered 503", "GET /flows"),
    ]
    assert [each.seconds for each in tries.waits] == tries.slept


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("42", 42),
        (" 7 ", 7),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("9" * 40, None),
    ],
)
def test_retry_after_is_a_number_of_seconds(text, seconds):
    assert retry_after({"retry-after": text}) == seconds


def test_retry_after_may_be_a_date():
    now = datetime.datetime.now(datetime.UTC)
    later = format_datetime(now + datetime.timedelta(seconds=30), usegmt=True)
    past = format_datetime(now - datetime.timedelta(days=1), usegmt=True)

    assert 20 < (retry_after({"retry-after": later}) or 0) <= 30
    assert retry_after({"retry-after": past}) == 0


@given(st.text(max_size=40))
def test_no_header_breaks_the_reading_of_it(text):
    seconds = retry_after({"retry-after": text})

    assert seconds is None or seconds >= 0
