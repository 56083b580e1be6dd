"""The emulator's state: transactions, partitions, snapshots, and what survives the process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from trunkline.emulator.store import Store
from trunkline.errors import Refused, TrunklineError


class Boom(Exception):
    pass


def test_a_transaction_that_fails_leaves_nothing_behind() -> None:
    store = Store()
    queues = store.partition("a").documents("queues")
    queues.put("1", {"name": "one"})
    queues.put("2", {"name": "two"})
    with pytest.raises(Boom), store.transaction():
        queues.put("1", {"name": "changed"})
        queues.delete("1")
        queues.put("3", {"name": "three"})
        queues.clear()
        raise Boom
    assert queues.items() == [("1", {"name": "one"}), ("2", {"name": "two"})]


def test_an_inner_transaction_is_undone_with_the_outer_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    queues = store.partition("a").documents("queues")
    with pytest.raises(Boom), store.transaction():
        with store.transaction():
            queues.put("1", {})
        raise Boom
    store.close()
    reopened = Store(tmp_path)
    assert len(reopened.partition("a").documents("queues")) == 0
    reopened.close()


operations = st.lists(
    st.tuples(
        st.sampled_from(["put", "delete", "clear", "fail"]),
        st.sampled_from("abc"),
        st.sampled_from("12345"),
        st.integers(0, 9),
    ),
    max_size=25,
)


@settings(max_examples=50, deadline=None)
@given(st.lists(operations, max_size=4))
def test_what_is_on_disk_is_what_is_in_memory_in_the_same_order(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[str, str, str, int]]]
) -> None:
    folder = tmp_path_factory.mktemp("store")
    store = Store(folder)
    for batch in batches:
        try:
            with store.transaction():
                for name, collection, entry, number in batch:
                    target = store.partition("p").documents(collection)
                    if name == "put":
                        target.put(entry, {"n": number})
                        store.partition("p").blobs(collection).put(entry, bytes([number]))
                    elif name == "delete":
                        target.delete(entry)
                    elif name == "clear":
                        target.clear()
                    else:
                        raise Boom
        except Boom:
            pass
    before = [store.partition("p").documents(name).items() for name in "abc"]
    blobs = [store.partition("p").blobs(name).items() for name in "abc"]
    store.close()
    reopened = Store(folder)
    assert [reopened.partition("p").documents(name).items() for name in "abc"] == before
    assert [reopened.partition("p").blobs(name).items() for name in "abc"] == blobs
    reopened.close()


def test_a_snapshot_is_plain_json_and_restores_everything() -> None:
    store = Store()
    first = store.partition("a")
    first.documents("queues").put("1", {"name": "Sales", "n": [1, None, True]})
    first.blobs("configurations").put("1/1.0", b'{"a": 1}\xff')
    text = json.dumps(first.snapshot())
    other = store.partition("b")
    other.documents("queues").put("9", {"name": "gone"})
    other.restore(json.loads(text))
    assert other.snapshot() == first.snapshot()
    assert other.documents("queues").ids() == ["1"]


@pytest.mark.parametrize(
    "wrong", [{}, {"documents": [], "blobs": {}}, {"documents": {"a": {"b": 1}}, "blobs": {}}]
)
def test_a_thing_that_is_no_snapshot_is_refused_and_changes_nothing(wrong: dict[str, object]) -> None:
    partition = Store().partition("a")
    partition.documents("queues").put("1", {})
    with pytest.raises(ValueError, match="snapshot"):
        partition.restore(wrong)
    assert partition.documents("queues").ids() == ["1"]


def test_partitions_do_not_see_each_other() -> None:
    store = Store()
    store.partition("a").documents("queues").put("1", {})
    assert len(store.partition("b").documents("queues")) == 0


def test_two_emulators_cannot_share_a_folder(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(Refused, match="locked"):
        Store(tmp_path)
    store.close()
    Store(tmp_path).close()


def test_the_state_is_for_its_owner_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.partition("a").documents("queues").put("1", {})
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    store.close()
    assert set(modes.values()) == {0o600}, modes


def test_a_state_of_another_version_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store._database.execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(TrunklineError, match="another version"):
        Store(tmp_path)


SERVE = """
import sys
from pathlib import Path
from trunkline.emulator.server import serve, start
serve(lambda: start(data=Path(sys.argv[1]), quota=0), lambda running: None, Path(sys.argv[2]))
"""


def run_server(data: Path, ready: Path) -> subprocess.Popen[bytes]:
    ready.unlink(missing_ok=True)
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(data), str(ready)])
    deadline = time.monotonic() + 30
    while not ready.exists():
        assert process.poll() is None, "the server ended"
        assert time.monotonic() < deadline, "the server is not ready"
        time.sleep(0.02)
    return process


def test_the_ready_file_is_what_the_design_says_and_private(tmp_path: Path) -> None:
    ready = tmp_path / "deep" / "ready.json"
    process = run_server(tmp_path / "data", ready)
    try:
        described = json.loads(ready.read_text())
        assert ready.stat().st_mode & 0o777 == 0o600
        assert requests.get(described["url"] + "/_trunkline/health", timeout=10).json()["status"] == "ok"
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert set(described) == {"url", "orgs"}
    assert {org["cloud"] for org in described["orgs"]} == {"genesys", "cxone"}
    for org in described["orgs"]:
        assert set(org) == {"name", "cloud", "id", "client_id", "client_secret"}
