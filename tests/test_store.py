"""State is the same on SQLite and on PostgreSQL: locks, journal, audit chain, cool-downs, keys."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.postgres import cluster, fresh_database
from trunkline.domain.resource import Address
from trunkline.errors import InvalidInput, NotFound, Refused, TrunklineError
from trunkline.store import StepStatus, Store, open_store
from trunkline.store.database import Sqlite, shown_url

WHO = {"user": "ann", "host": "here", "pid": 1}
ONE = Address("data_action", "One")


@pytest.fixture(scope="session")
def postgres_url():
    with cluster() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def state(request, tmp_path):
    """A state to open: a file, or a database of a real server."""
    if request.param == "sqlite":
        return str(tmp_path / "state.sqlite3")
    return fresh_database(request.getfixturevalue("postgres_url"), f"t{uuid.uuid4().hex}")


def opened(state, tmp_path):
    return open_store(tmp_path, state, {})


@pytest.fixture
def store(state, tmp_path):
    with opened(state, tmp_path) as store:
        yield store


def begun(store, org="org-1"):
    return store.journal.begin(org, "dev", "apply", "abc", WHO, {"targets": []})


def test_a_run_that_never_ended_is_found_by_the_next_process(state, tmp_path):
    with opened(state, tmp_path) as store:
        run = begun(store)
        store.journal.intend(run, ONE, "update", before=("7", {"a": 1}), after={"a": 2})
    with opened(state, tmp_path) as store:
        (found,) = store.journal.unfinished("org-1")
        (step,) = store.journal.steps(found.id)
        assert (step.status, step.before, step.after) == (StepStatus.INTENT, {"a": 1}, {"a": 2})
        store.journal.end(found, "done")
        assert store.journal.unfinished("org-1") == []
        assert store.journal.unfinished("org-2") == []


def test_a_settled_step_keeps_what_is_there_and_writes_an_audit_line(store):
    run = begun(store)
    number = store.journal.intend(run, ONE, "create", after={"a": 1})
    store.journal.settle(run, number, StepStatus.DONE, remote_id="9", version="1", latency_ms=12.34)
    (step,) = store.journal.steps(run.id)
    assert (step.after_id, step.after_version, step.after, step.latency_ms) == ("9", "1", {"a": 1}, 12.34)
    line = list(store.audit.records())[-1].record
    assert line["event"] == "create"
    assert (line["address"], line["status"], line["user"]) == ("data_action/One", "done", "ann")
    assert line["before"] is None if "before" in line else True


def test_runs_are_found_by_the_beginning_of_their_name(store):
    run = begun(store)
    assert store.journal.run(run.id[:-1]).id == run.id
    begun(store)
    with pytest.raises(InvalidInput):
        store.journal.run(run.id[:4])
    with pytest.raises(NotFound):
        store.journal.run("nothing")


def test_a_lock_names_its_holder_and_is_free_afterwards(store):
    with store.locks.hold("org-1") as held:
        with pytest.raises(Refused, match=f"process {os.getpid()}"), store.locks.hold("org-1"):
            pass
        with store.locks.hold("org-2"):
            held.check()
    with store.locks.hold("org-1"):
        pass


def test_a_lock_that_was_taken_by_another_is_told_before_the_next_write(store):
    with store.locks.hold("org-1", ttl=0.2) as held:
        with store.database.transaction() as transaction:
            transaction.execute("UPDATE locks SET token = ?", "somebody else")
        until = time.monotonic() + 5
        while time.monotonic() < until:
            try:
                held.check()
            except Refused:
                break
            time.sleep(0.02)
        else:
            pytest.fail("the loss was never told")


def test_an_expired_lock_of_another_machine_is_taken_over(store, monkeypatch):
    import trunkline.store.locks as locks

    with store.locks.hold("org-1"):
        with store.database.transaction() as transaction:
            transaction.execute(
                "UPDATE locks SET owner = ?", '{"host": "elsewhere", "user": "bob", "pid": 1}'
            )
        with pytest.raises(Refused, match="bob on elsewhere"), store.locks.hold("org-1"):
            pass
        later = locks.Locks(store.database, lambda: time.time() + 1000)
        with later.hold("org-1"):
            pass


def _hold_and_wait(state, folder, ready):
    with open_store(folder, state, {}) as store, store.locks.hold("org-1"):
        ready.set()
        time.sleep(60)


def test_the_lock_of_a_killed_process_is_taken_over_at_once(state, tmp_path):
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Event()
    child = spawn.Process(target=_hold_and_wait, args=(state, tmp_path, ready))
    child.start()
    assert ready.wait(30)
    with opened(state, tmp_path) as store:
        with pytest.raises(Refused), store.locks.hold("org-1"):
            pass
        os.kill(child.pid, signal.SIGKILL)
        with store.locks.hold("org-1", wait=10):
            pass
    child.join()


def _count_up(state, folder, file, times):
    with open_store(folder, state, {}) as store:
        for _ in range(times):
            with store.locks.hold("org-1", wait=60):
                value = int(file.read_text())
                time.sleep(0.001)
                file.write_text(str(value + 1))
            store.audit.append({"event": "counted"})


def test_eight_processes_hold_a_lock_one_at_a_time_and_lose_no_audit_line(state, tmp_path):
    file = tmp_path / "count"
    file.write_text("0")
    spawn = multiprocessing.get_context("spawn")
    children = [spawn.Process(target=_count_up, args=(state, tmp_path, file, 3)) for _ in range(8)]
    for child in children:
        child.start()
    for child in children:
        child.join(120)
    assert [child.exitcode for child in children] == [0] * 8
    assert file.read_text() == "24"
    with opened(state, tmp_path) as store:
        verdict = store.audit.verify()
        assert (verdict.lines, verdict.faults) == (24, ())


def test_a_cool_down_is_kept_across_processes_and_says_how_long_to_wait(state, tmp_path):
    with opened(state, tmp_path) as store:
        store.cooldowns.begin("flow/Main", 60)
    with opened(state, tmp_path) as store:
        with pytest.raises(Refused, match=r"wait (59|60) s"):
            store.cooldowns.begin("flow/Main", 60)
        assert 58 < store.cooldowns.remaining("flow/Main", 60) <= 60
        store.cooldowns.begin("flow/Other", 60)


def test_a_cool_down_ends(state, tmp_path):
    now = [1000.0]
    with opened(state, tmp_path) as opened_store:
        store = Store(opened_store.database, lambda: now[0])
        store.cooldowns.begin("x", 60)
        now[0] += 60
        assert store.cooldowns.remaining("x", 60) == 0
        store.cooldowns.begin("x", 60)


def test_an_idempotency_key_survives_a_crash_and_changes_with_the_body(state, tmp_path):
    with opened(state, tmp_path) as store:
        first = store.idempotency.key("create a", {"x": 1})
    with opened(state, tmp_path) as store:
        assert store.idempotency.key("create a", {"x": 1}) == first
        assert store.idempotency.key("create a", {"x": 2}) != first
        store.idempotency.forget("create a")
        assert store.idempotency.key("create a", {"x": 2}) != first


def chained(store, number=6):
    for index in range(number):
        store.audit.append({"event": f"e{index}"})


def tamper(state, tmp_path, *statements):
    """Changes rows as only somebody with the database in his hands can: the guards off."""
    with opened(state, tmp_path) as store, store.database.transaction() as transaction:
        if isinstance(store.database, Sqlite):
            transaction.execute("DROP TRIGGER audit_no_UPDATE")
            transaction.execute("DROP TRIGGER audit_no_DELETE")
        else:
            transaction.execute("DROP TRIGGER audit_append_only ON audit")
        for statement in statements:
            transaction.execute(statement)


TAMPERING = {
    "an edited line": ["UPDATE audit SET record = '{}' WHERE number = 3"],
    "an edited hash": ["UPDATE audit SET hash = 'x' WHERE number = 3"],
    "a line cut out": ["DELETE FROM audit WHERE number = 3"],
    "a line cut out and the rest moved up": [
        "DELETE FROM audit WHERE number = 3",
        "UPDATE audit SET number = 3 WHERE number = 4",
    ],
    "the end cut off": ["DELETE FROM audit WHERE number > 4"],
    "all of it cut": ["DELETE FROM audit"],
    "the beginning cut off": ["DELETE FROM audit WHERE number < 3"],
    "two lines swapped": [
        "UPDATE audit SET number = 99 WHERE number = 2",
        "UPDATE audit SET number = 2 WHERE number = 3",
        "UPDATE audit SET number = 3 WHERE number = 99",
    ],
}


@pytest.mark.parametrize("statements", TAMPERING.values(), ids=TAMPERING)
def test_verifying_finds(state, tmp_path, statements):
    with opened(state, tmp_path) as store:
        chained(store)
        assert store.audit.verify().faults == ()
    tamper(state, tmp_path, *statements)
    with opened(state, tmp_path) as store:
        assert store.audit.verify().faults


def test_a_chain_written_anew_is_found_by_a_head_noted_before(store, tmp_path):
    chained(store)
    _, head = store.audit.head()
    assert store.audit.verify(head).faults == ()
    chained(store, 1)
    assert store.audit.verify(head).faults == ()
    with open_store(tmp_path, "other.sqlite3", {}) as other:
        chained(other, 9)
        assert other.audit.verify(head).faults


def test_the_database_itself_refuses_to_change_the_log(store):
    chained(store)
    for statement in ("UPDATE audit SET record = '{}'", "DELETE FROM audit"):
        with (
            pytest.raises(TrunklineError, match="append-only"),
            store.database.transaction() as transaction,
        ):
            transaction.execute(statement)
    assert store.audit.verify().faults == ()


@settings(max_examples=25)
@given(edits=st.lists(st.tuples(st.integers(1, 8), st.sampled_from(["edit", "cut"])), min_size=1, max_size=3))
def test_no_edit_or_cut_goes_unseen(tmp_path_factory, edits):
    folder = tmp_path_factory.mktemp("chain")
    state = str(folder / "state.sqlite3")
    with opened(state, folder) as store:
        chained(store, 8)
    tamper(
        state,
        folder,
        *(
            f"DELETE FROM audit WHERE number = {number}"
            if how == "cut"
            else f"UPDATE audit SET record = record || ' ' WHERE number = {number}"
            for number, how in edits
        ),
    )
    with opened(state, folder) as store:
        assert store.audit.verify().faults


def test_a_failed_transaction_leaves_nothing_behind(store):
    with pytest.raises(RuntimeError), store.database.transaction() as transaction:
        store.audit.append_in(transaction, {"event": "lost"})
        raise RuntimeError
    assert store.audit.head() == (0, "")


def test_a_password_of_a_state_is_never_shown(tmp_path):
    assert shown_url("postgresql://ann:s3cret@db:5432/tl?sslmode=require") == "postgresql://ann@db:5432/tl"
    with pytest.raises(TrunklineError) as caught:
        open_store(tmp_path, "postgresql://ann:s3cret@127.0.0.1:1/tl", {})
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(caught.value.__cause__)


def test_the_environment_chooses_the_state_before_the_project(tmp_path):
    with open_store(tmp_path, "a.sqlite3", {"TRUNKLINE_STATE": "b/"}) as store:
        assert store.where == str(tmp_path / "b" / "state.sqlite3")


def test_a_state_that_is_no_database_is_an_error_that_says_so(tmp_path):
    (tmp_path / "state.sqlite3").write_text("not a database, but long enough to be looked at" * 50)
    with pytest.raises(TrunklineError, match="not a database"):
        open_store(tmp_path, "state.sqlite3", {})
