"""Promoting: the sample org to an org with other ids, by name, with nothing foreign left behind."""

from __future__ import annotations

import json
import uuid

import pytest

from tests.cli import trunkline
from trunkline.emulator.server import start

NAMED_ELSEWHERE = ("credentials", "nluDomains", "users", "groups", "systemPrompts", "scripts")
"""What no kind of ours makes: the target has its own, of the same names."""


@pytest.fixture(scope="module")
def emulator():
    with start(quota=0) as emulator:
        yield emulator


def seeded(emulator, source, target):
    """The target with objects of the source's names that a promotion cannot make, ids of its own."""
    kernel = emulator.kernel
    there = kernel.orgs.get(source.id)
    here = kernel.orgs.get(target.id)
    for collection in NAMED_ELSEWHERE:
        for document in there.documents(collection).values():
            fixed = collection == "systemPrompts"
            key = document["id"] if fixed else str(uuid.uuid4())
            kept = {name: document[name] for name in ("name", "email", "type") if name in document}
            here.documents(collection).put(key, {**kept, "id": key})
    for name in ("Document Helper", "Policy Assistant"):
        key = str(uuid.uuid4())
        here.documents("nluDomains").put(key, {"id": key, "name": name})


@pytest.fixture
def project(tmp_path, emulator, monkeypatch):
    source = emulator.create_org("source", origin="sample")
    target = emulator.create_org("target", origin="empty")
    assert trunkline("init", tmp_path / "acme").code == 0
    folder = tmp_path / "acme"
    for file in (folder / "actions").iterdir():
        file.unlink()
    config = folder / "trunkline.toml"
    lines = [f'\n[orgs.{name}]\ncloud = "genesys"\nurl = "{emulator.url}"\n' for name in ("dev", "prod")]
    lines.append('\n[orgs.dev.variables]\nhost = "api.open-meteo.com"\n')
    lines.append('\n[orgs.prod.variables]\nhost = "weather.example.com"\n')
    config.write_text(config.read_text() + "".join(lines))
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(tmp_path / "profiles"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name, access in (("dev", source), ("prod", target)):
        done = trunkline(
            "auth", "login", "--org", name, "--cloud", "genesys", "--url", emulator.url,
            "--client-id", access.client_id, "--client-secret", access.client_secret, cwd=folder,
        )  # fmt: skip
        assert done.code == 0, done.text
    return folder, source, target


def test_the_sample_org_is_promoted_and_no_foreign_id_is_in_the_target(project, emulator):
    folder, source, target = project
    seeded(emulator, source, target)
    done = trunkline("promote", "--from", "dev", "--to", "prod", "--adopt", "--yes", cwd=folder)
    assert done.code == 0, done.text
    again = trunkline("promote", "--from", "dev", "--to", "prod", "--plan-only", cwd=folder)
    assert "in sync" in again.text, again.text
    there = emulator.kernel.orgs.get(source.id).partition.snapshot()
    here = json.dumps(emulator.kernel.orgs.get(target.id).partition.snapshot())
    foreign = {
        document["id"]
        for name, documents in there["documents"].items()
        if name not in ("systemPrompts", "stubs")
        for document in documents.values()
        if isinstance(document, dict) and isinstance(document.get("id"), str) and len(document["id"]) > 20
    }
    assert len(foreign) > 100
    assert [one for one in foreign if one in here] == []
    assert "weather.example.com" in here
    assert "api.open-meteo.com" not in here
    assert "sample-genesys-secret" not in done.text


def test_what_the_target_lacks_is_listed_and_what_needs_it_left_alone(project, emulator):
    folder, _, target = project
    done = trunkline("promote", "--from", "dev", "--to", "prod", "--kind", "queue", "--yes", cwd=folder)
    assert done.code in (1, 4, 6)
    assert "it refers to division/Sales, which prod does not have" in done.text
    names = [q["name"] for q in emulator.kernel.orgs.get(target.id).documents("queues").values()]
    assert "Sales New Business" not in names


def test_an_org_is_not_promoted_to_itself(project):
    folder, *_ = project
    assert trunkline("promote", "--from", "dev", "--to", "dev", cwd=folder).code == 64


def test_orgs_of_different_vendors_have_nothing_to_promote(tmp_path):
    assert trunkline("init", tmp_path / "acme").code == 0
    done = trunkline("promote", "--from", "emulator", "--to", "emulator-cxone", cwd=tmp_path / "acme")
    assert (done.code, "no kind of object in common" in done.text) == (6, True), done.text
