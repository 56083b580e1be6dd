"""An export of an org that misbehaves: it ends well, and a line says what is missing and why."""

from __future__ import annotations

import errno
import itertools
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flow_org import Exports, document, flow_id, flow_org, path_of, tampered, with_body
from trunkline.clouds.genesys.guides.flows import GuidesFlows
from trunkline.clouds.genesys.public.flows import PublicFlows
from trunkline.clouds.retry import Policy
from trunkline.clouds.transport import Request, Response
from trunkline.emulator.orgs import Access
from trunkline.emulator.server import Emulator
from trunkline.errors import AuthenticationFailed, NoAnswer, TrunklineError
from trunkline.export import Exporter, Form, Options, Verdict
from trunkline.export.folder import Folder

Change = Callable[[Request, Response], Response]
ODD_NAME = 'a/b\\c:d*e?f<g>|"h" 🎉 CON. ' + "x" * 300


@pytest.fixture
def access(emulator: Emulator, tmp_path: Path) -> Access:
    return flow_org(emulator, tmp_path / "seed", [document(name) for name in ("One", "Two", "Three", "Four")])


@pytest.fixture
def run(emulator: Emulator, access: Access, tmp_path: Path) -> Callable[..., Verdict]:
    """`run(change)` exports the four flows while `change` tampers with the answers."""

    def export(change: Change, surface: str = "public", **options: object) -> Verdict:
        session = tampered(emulator, access, change, surface)
        flows = PublicFlows(session) if surface == "public" else GuidesFlows(session)
        try:
            return Exporter(flows, tmp_path / "out", Options(**options)).run()
        finally:
            session.close()

    return export


def listing(change: Callable[[dict], None]) -> Change:
    """Changes every page of the listing."""

    def tamper(request: Request, response: Response) -> Response:
        if path_of(request) != "/api/v2/flows":
            return response
        page = json.loads(response.body)
        change(page)
        return with_body(response, json.dumps(page).encode())

    return tamper


def document_of(number: int, body: bytes, status: int = 200) -> Change:
    """Replaces the document of one flow."""

    def tamper(request: Request, response: Response) -> Response:
        return with_body(response, body, status) if flow_id(number) in path_of(request) else response

    return tamper


def files(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "out").glob("flow_*"))


def test_a_page_that_repeats_is_noted_and_ends(run, tmp_path):
    def full(page: dict) -> None:
        page["pageSize"], page["total"] = 4, 8

    pages: list[bytes] = []

    def repeat(request: Request, response: Response) -> Response:
        changed = listing(full)(request, response)
        if path_of(request) != "/api/v2/flows":
            return changed
        pages.append(changed.body)
        return with_body(changed, pages[0])

    verdict = run(repeat)
    assert (verdict.listed, verdict.exported, verdict.whole) == (4, 4, False)
    assert "page 2 repeats what was listed before" in verdict.notes
    assert len(files(tmp_path)) == 4


@pytest.mark.parametrize(
    ("total", "note"), [(9, "the cloud counts 9 and listed 4"), (1, None), ("many", None)]
)
def test_a_total_that_lies_is_noted_where_flows_may_be_missing(run, total, note):
    verdict = run(listing(lambda page: page.update(total=total)))

    assert verdict.exported == 4
    assert verdict.notes == ((note,) if note else ())
    assert verdict.whole is (note is None)


def test_a_flow_deleted_after_it_was_listed_is_missing(run, tmp_path):
    gone = {"code": "architect.flow.not.found", "message": "Could not find flow"}
    verdict = run(document_of(2, json.dumps(gone).encode(), 404))

    (missing,) = verdict.missing
    assert (missing.id, missing.name) == (flow_id(2), "Three")
    assert missing.why.startswith("it was deleted after it was listed (404 Could not find flow")
    assert len(files(tmp_path)) == 3


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"name": "Two", "flowSeq', "no JSON"),
        (b"<html>Please log in</html>", "no JSON"),
        (b"", "no JSON"),
        (b"[1, 2]", "no JSON object but list"),
        (b'{"name": "\xff\xfe"}', "not UTF-8 at byte 10"),
        (b'{"a": NaN}', "NaN is no JSON"),
    ],
)
def test_a_200_with_broken_json_is_missing_and_asked_for_once_more(run, tmp_path, body, why):
    asked: list[str] = []

    def broken(request: Request, response: Response) -> Response:
        asked.append(path_of(request))
        return document_of(1, body)(request, response)

    verdict = run(broken)
    assert [each.id for each in verdict.missing] == [flow_id(1)]
    assert why in verdict.missing[0].why
    assert len(files(tmp_path)) == 3
    assert sum(flow_id(1) in path for path in asked) == 2


def test_what_went_wrong_once_is_made_up_for(run):
    seen: list[str] = []

    def once(request: Request, response: Response) -> Response:
        first = path_of(request) not in seen
        seen.append(path_of(request))
        return document_of(3, b"{")(request, response) if first else response

    assert run(once).whole


def test_documents_that_python_alone_reads_are_kept_as_they_are(run, tmp_path):
    odd = b'\xef\xbb\xbf{"name": "\\ud800", "manifest": "none", "big": 1e999}'
    assert run(document_of(0, odd)).whole
    assert (tmp_path / "out" / f"flow_{flow_id(0)}.json").read_bytes() == odd


def test_a_permission_missing_for_one_flow_is_its_line_alone(run):
    body = b'{"code": "missing.permission", "message": "Missing the permission architect:flow:view"}'
    verdict = run(document_of(1, body, 403))
    assert [each.id for each in verdict.missing] == [flow_id(1)]
    assert "architect:flow:view" in verdict.missing[0].why


def test_a_token_that_is_refused_ends_the_run(run):
    def refuse(request: Request, response: Response) -> Response:
        if path_of(request) == "/api/v2/flows" or "oauth" in path_of(request):
            return response
        return with_body(response, b'{"message": "expired"}', 401)

    with pytest.raises(AuthenticationFailed):
        run(refuse)


def test_a_listing_that_breaks_off_is_noted_and_the_rest_exported(run):
    def break_off(request: Request, response: Response) -> Response:
        if "pageNumber=2" in request.url:
            return with_body(response, b'{"message": "bad page"}', 400)
        return listing(lambda page: page.update(pageSize=4, total=500))(request, response)

    verdict = run(break_off)
    assert verdict.exported == 4
    assert "the listing broke off" in verdict.notes[0]


def test_a_flow_of_60_mb_is_exported_as_it_is(run, tmp_path):
    huge = b'{"name": "Two", "description": "' + b"x" * 60_000_000 + b'"}'
    assert run(document_of(1, huge)).whole
    assert (tmp_path / "out" / f"flow_{flow_id(1)}.json").read_bytes() == huge


def test_a_flow_too_large_to_rewrite_is_missing_with_the_way_out(run):
    huge = b'{"name": "Two", "description": "' + b"x" * 20_000_000 + b'"}'
    verdict = run(document_of(1, huge), form=Form.YAML)
    assert "too large" in verdict.missing[0].why
    assert verdict.exported == 3


def test_a_document_that_cannot_be_rewritten_is_missing(run):
    deep = b'{"name": "Two", "flowSequenceItemList": ' + b"[" * 900 + b"]" * 900 + b"}"
    verdict = run(document_of(1, deep), form=Form.YAML)
    assert verdict.exported == 3
    assert [each.id for each in verdict.missing] == [flow_id(1)]


def test_entries_of_any_shape_never_end_the_run(run):
    def odd(page: dict) -> None:
        page["entities"][0] = {"id": "../../etc/passwd", "name": None, "type": 7, "publishedVersion": "?"}
        page["entities"].append("no object")

    verdict = run(listing(odd))
    assert verdict.exported == 3
    assert len(verdict.missing) == 1
    assert verdict.notes == ("1 entries have no id and were left out",)


@pytest.mark.parametrize("names", ["id", "readable"])
def test_names_of_any_kind_make_short_names_of_files(emulator, tmp_path, names):
    access = flow_org(
        emulator,
        tmp_path / "names",
        [document(each) for each in (ODD_NAME, "Main", "MAIN", "main ", "通話", "nul")],
    )
    export = Exports(emulator, access, tmp_path / "out")

    done = export("--all", "--names", names)
    assert done.code == 0, done.text
    assert len({name.casefold() for name in export.files}) == 6
    for name in export.files:
        assert len(name) < 120
        assert name.isascii()
        assert not set('/\\:*?"<>|') & set(name)
    assert {each["name"] for each in export.manifest} >= {ODD_NAME, "Main", "MAIN"}
    first = export.files
    assert export("--all", "--names", names, "--fresh").code == 0
    assert export.files == first


def test_ids_that_differ_by_case_or_are_no_names_have_files_of_their_own(run, tmp_path):
    def ids(page: dict) -> None:
        for entity, odd in zip(page["entities"], ("abc", "ABC", "a/b", "con"), strict=True):
            entity["id"] = odd

    def answer(request: Request, response: Response) -> Response:
        if path_of(request).endswith("/configuration"):
            return with_body(response, b"{}")
        return listing(ids)(request, response)

    assert run(answer).whole
    assert len(files(tmp_path)) == 4
    assert len({name.casefold() for name in files(tmp_path)}) == 4


def test_a_full_disk_ends_the_run_with_nothing_half_written(run, tmp_path, monkeypatch):
    written: list[Path] = []
    write = Folder._write_part

    def fill(self: Folder, content: bytes) -> Path:
        if len(written) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(write(self, content))
        return written[-1]

    monkeypatch.setattr(Folder, "_write_part", fill)
    with pytest.raises(TrunklineError, match="disk is full") as caught:
        run(lambda request, response: response, threads=1)
    assert "run the same command again" in (caught.value.hint or "")
    assert len(files(tmp_path)) == 2
    for name in files(tmp_path):
        assert json.loads((tmp_path / "out" / name).read_bytes())

    monkeypatch.setattr(Folder, "_write_part", write)
    again = run(lambda request, response: response)
    assert (again.fetched, again.unchanged) == (2, 2)


def test_a_file_that_cannot_be_replaced_is_the_matter_of_its_flow_alone(run, tmp_path):
    (tmp_path / "out" / f"flow_{flow_id(1)}.json").mkdir(parents=True)
    verdict = run(lambda request, response: response)

    assert [(each.id, each.why) for each in verdict.missing] == [
        (flow_id(1), f"cannot be written: {os.strerror(errno.EISDIR)}")
    ]
    assert verdict.exported == 3


def test_a_cloud_that_falls_silent_ends_the_run_and_what_is_finished_stays(emulator, tmp_path):
    # Each of the ten that are answered may be counted late, and begin the count of the silent ones anew.
    many = 300
    access = flow_org(emulator, tmp_path / "many", [document(f"Flow {n}") for n in range(many)])
    asked = itertools.count(1)

    def fall_silent(request: Request, response: Response) -> Response:
        if path_of(request).endswith("/configuration") and next(asked) > 10:
            raise NoAnswer("no answer in time", sent=True)
        return response

    session = tampered(emulator, access, fall_silent, policy=Policy(attempts=1))
    with pytest.raises(NoAnswer):
        Exporter(PublicFlows(session), tmp_path / "out", Options()).run()
    session.close()
    assert len(files(tmp_path)) == 10
    assert next(asked) <= many


def test_a_journal_that_was_cut_off_is_read_as_far_as_it_goes(run, tmp_path):
    run(lambda request, response: response)
    manifest = tmp_path / "out" / "manifest.ndjson"
    partial = tmp_path / "out" / ".partial"
    partial.mkdir()
    lines = manifest.read_bytes().splitlines(keepends=True)
    (partial / "journal.ndjson").write_bytes(b"".join(lines[:2]) + lines[2][:50])
    (partial / "123.part").write_bytes(b"half")
    manifest.unlink()

    verdict = run(lambda request, response: response)
    assert (verdict.fetched, verdict.unchanged) == (2, 2)
    assert manifest.read_bytes().count(b"\n") == 4
    assert not partial.exists()


def test_a_disk_that_takes_only_a_part_leaves_no_part_behind(run, tmp_path, monkeypatch):
    write = os.write
    room = 3000

    def nearly_full(descriptor: int, data: bytes | memoryview) -> int:
        nonlocal room
        if room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = write(descriptor, data[:room])
        room -= written
        return written

    monkeypatch.setattr("trunkline.export.folder.os.write", nearly_full)
    with pytest.raises(TrunklineError, match="disk is full"):
        run(lambda request, response: response, threads=1)
    monkeypatch.setattr("trunkline.export.folder.os.write", write)

    for name in files(tmp_path):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "seed" / name).read_bytes()
    assert run(lambda request, response: response).whole
    assert (tmp_path / "out" / "manifest.ndjson").read_bytes().count(b"\n") == 4
