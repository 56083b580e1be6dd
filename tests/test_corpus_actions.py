"""The 114 data actions of the corpus: read, checked, run, seeded into the emulator and pulled again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import trunkline
from tests.replies import try_out
from tests.shared import SHARED, needs_shared, shared
from trunkline.domain.json import Json, show_path, walk
from trunkline.domain.resource import Address, Resource
from trunkline.emulator.server import start
from trunkline.project.actions import read_action
from trunkline.project.reading import ReadFile
from trunkline.rules import check

pytestmark = [needs_shared, pytest.mark.corpus]
FILES = sorted(SHARED.joinpath("corpus", "data_actions").glob("*.json")) if SHARED else []
EXPLAINED_BY = {"action-trailing-text", "action-invalid-output", "action-output-contract"}

ADDED_BY_THE_ORG = {
    "integration",  # the name of the instance it lives in
    "secure",  # false where the file leaves it out
    "config.response.translationMapDefaults",  # empty where the file leaves it out
}
"""What a pulled file has and its origin may lack."""


def action_of(file: Path) -> Resource:
    reading = read_action(ReadFile.of(file, file.name, None, {}, {}))
    assert reading.body is not None, reading.findings
    return Resource(reading.address or Address("data_action", ""), reading.body)


def test_the_corpus_is_whole():
    assert len(FILES) == 114


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_an_action_runs_as_its_contract_says_or_a_finding_explains_why_not(file):
    example = try_out(action_of(file))
    if not example.clean:
        told = {finding.rule for finding in example.findings if finding.severity != "info"}
        assert told & EXPLAINED_BY, (example.run.error, example.run.warnings, told)


def test_few_need_an_explanation():
    unclean = [file.name for file in FILES if not try_out(action_of(file)).clean]
    assert len(unclean) <= 1, unclean


@pytest.fixture(scope="module")
def pulled(tmp_path_factory):
    """A project pulled from an org that holds the corpus, and the same after a second pull."""
    root = tmp_path_factory.mktemp("pulled")
    (root / "trunkline.toml").write_text('name = "corpus"\n')
    with (
        start(seed=shared("corpus", "data_actions"), quota=0) as emulator,
        pytest.MonkeyPatch.context() as patch,
    ):
        access = next(org for org in emulator.orgs if org.cloud == "genesys")
        for name, value in {
            "CLOUD": "genesys",
            "URL": emulator.url,
            "CLIENT_ID": access.client_id,
            "CLIENT_SECRET": access.client_secret,
        }.items():
            patch.setenv(f"TRUNKLINE_{name}", value)
        first = pull(root)
        second = pull(root)
    return root, first, second


def pull(root: Path) -> dict[Path, bytes]:
    done = trunkline("pull", "--kind", "data_action", cwd=root)
    assert done.code == 0, done.text
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_every_action_but_the_built_in_ones_is_pulled_as_it_was(pulled):
    root, _, _ = pulled
    bodies: dict[str, list[Json]] = {}
    for path in (root / "actions").glob("*.json"):
        body = json.loads(path.read_text(encoding="utf-8"))
        bodies.setdefault(body["name"], []).append(body)
    built_in = 0
    for file in FILES:
        original = json.loads(file.read_text(encoding="utf-8-sig"))
        if original.get("actionType") == "static":
            built_in += 1
            continue
        candidates = [list(differences(original, body)) for body in bodies[original["name"]]]
        assert [] in candidates, (file.name, candidates)
    assert built_in == 2
    assert sum(map(len, bodies.values())) == len(FILES) - built_in


def differences(original: Json, pulled: Json) -> Iterator[str]:
    """Where a pulled body differs from its origin, key order included, but for what the org adds."""
    for path, value in walk(original):
        found = pulled
        for step in path:
            missing = (
                step not in found if isinstance(found, dict) else isinstance(step, str) or step >= len(found)
            )
            if missing:
                yield f"{show_path(path)} is gone"
                break
            found = found[step]
        else:
            if isinstance(value, dict):
                added = [key for key in found if key not in value]
                yield from (
                    f"{show_path((*path, key))} is new"
                    for key in added
                    if show_path((*path, key)) not in ADDED_BY_THE_ORG
                )
                if [key for key in found if key in value] != list(value):
                    yield f"{show_path(path)} has another order"
            elif isinstance(value, list):
                if len(value) != len(found):
                    yield f"{show_path(path)} has another length"
            elif type(found) is not type(value) or found != value:
                yield f"{show_path(path)}: {value!r} became {found!r}"


def test_a_second_pull_changes_no_byte(pulled):
    _, first, second = pulled
    assert first == second


@pytest.fixture
def exports(tmp_path):
    """A project of the corpus as it is: one file a name, none built in, none with an error of the rules."""
    (tmp_path / "trunkline.toml").write_text('name = "exports"\n')
    (tmp_path / "actions").mkdir()
    names: set[str] = set()
    for file in FILES:
        resource = action_of(file)
        faults = [finding for finding in check([resource]) if finding.severity == "error"]
        if resource.address.name in names or resource.body.get("actionType") == "static" or faults:
            continue
        names.add(resource.address.name)
        (tmp_path / "actions" / file.name).write_bytes(file.read_bytes())
    assert len(names) >= 108
    return tmp_path


def test_exports_are_applied_and_then_neither_plan_nor_pull_has_anything_to_do(exports, api, monkeypatch):
    known = {each["integrationType"]["id"] for each in api.get("/api/v2/integrations").json()["entities"]}
    for kind in {action_of(file).body.get("integrationType") for file in FILES} - known - {None}:
        api.post("/api/v2/integrations", {"name": kind, "integrationType": {"id": kind}})
    for name, value in {
        "CLOUD": "genesys",
        "URL": api.emulator.url,
        "CLIENT_ID": api.access.client_id,
        "CLIENT_SECRET": api.access.client_secret,
    }.items():
        monkeypatch.setenv(f"TRUNKLINE_{name}", value)
    before = {path: path.read_bytes() for path in (exports / "actions").iterdir()}
    applied = trunkline("apply", "--yes", cwd=exports)
    assert applied.code == 0, applied.text
    planned = trunkline("plan", "--exit-code", cwd=exports)
    assert planned.code == 0, planned.text
    pull(exports)
    assert before == {path: path.read_bytes() for path in (exports / "actions").iterdir()}
