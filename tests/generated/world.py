"""One generated org with a project beside it, driven by the command line as a user drives it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.api import Api
from tests.cli import Done, trunkline
from tests.generated.texts import folded
from trunkline.emulator.orgs import Access
from trunkline.emulator.server import Emulator
from trunkline.project.write import yaml_text
from trunkline.rules import all_rules

Body = dict[str, Any]

SECRET = "s3cret-that-never-leaves-9f2c"
"""What generated credentials hold."""
_VOLATILE = ("id",)


@dataclass
class World:
    """An org and a project; `api` is a plain client of the org."""

    api: Api
    folder: Path
    surface: str
    kinds: tuple[str, ...]
    ids: dict[str, str] = field(default_factory=dict)
    """Whatever a seed wants to find again, by a name of its own."""

    def run(self, *args: str) -> Done:
        return trunkline(*args, cwd=self.folder)

    def must(self, *args: str) -> Done:
        done = self.run(*args)
        assert done.code == 0, f"trunkline {' '.join(args)}: {done.code}\n{done.text}"
        return done

    def pull(self, form: str = "vendor") -> None:
        self.must("pull", "--as", form, *(f"--kind={kind}" for kind in self.kinds))

    def plan(self, *flags: str) -> list[Body]:
        """The changes of a plan, without ids; the order of those that do not need each other says nothing.

        A text that is empty is as good as none: a rollback cannot take one away again, only empty it.
        """
        done = self.must("plan", "-o", "json", *flags)
        changes = json.loads(done.out)["changes"]
        kept = [{key: value for key, value in each.items() if key not in _VOLATILE} for each in changes]
        for each in kept:
            each["fields"].sort(key=lambda one: one["path"])
            for one in each["fields"]:
                if one.get("before") in ("", [], {}):
                    del one["before"]
        return sorted(kept, key=lambda each: each["address"])

    def apply(self, *flags: str) -> str:
        """Applies the files; the run's name."""
        return json.loads(self.must("apply", "--yes", "-o", "json", *flags).out)["run"]

    def files(self) -> dict[str, bytes]:
        """The project's definitions: everything but state and locks."""
        return {
            str(file.relative_to(self.folder)): file.read_bytes()
            for file in sorted(self.folder.rglob("*"))
            if file.is_file() and not str(file.relative_to(self.folder)).startswith((".trunkline", "orgs"))
        }

    def everything(self) -> bytes:
        """All bytes of the project, state and locks too."""
        return b"\n".join(file.read_bytes() for file in sorted(self.folder.rglob("*")) if file.is_file())

    def restore(self, files: dict[str, bytes]) -> None:
        """The definitions as they were."""
        for name in self.files().keys() - files.keys():
            (self.folder / name).unlink()
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def bodies(self) -> dict[str, Body]:
        """The bodies of JSON definitions by file."""
        files = self.files().items()
        return {
            name: mapped(json.loads(content), unescaped) for name, content in files if name.endswith(".json")
        }

    def write(self, file: str, body: Body) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        write = yaml_text if file.endswith(".yaml") else json.dumps
        path.write_text(write(mapped(body, _written)), encoding="utf-8")

    def post(self, path: str, body: Any) -> Body:
        """A create of somebody else's, by the public routes."""
        return _answered(self.api.post(path, body))

    def put(self, path: str, body: Any) -> Body:
        return _answered(self.api.put(path, body))


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """A copy of a JSON value with every text changed, keys left alone."""
    if isinstance(value, dict):
        return {key: mapped(child, change) for key, child in value.items()}
    if isinstance(value, list):
        return [mapped(child, change) for child in value]
    return change(value) if isinstance(value, str) else value


def _written(text: str) -> str:
    """As a user writes a text that is no variable."""
    return text.replace("${{", "${{ '${{' }}")


def unescaped(text: str) -> str:
    """A text as its file has it, as the org has it."""
    return text.replace("${{ '${{' }}", "${{")


def _answered(answer: Any) -> Body:
    assert answer.status_code < 300, f"{answer.request.method} {answer.url}: {answer.text}"
    return answer.json() if answer.content else {}


@contextlib.contextmanager
def world(
    emulator: Emulator, kinds: tuple[str, ...], surface: str = "public", cloud: str = "genesys"
) -> Iterator[World]:
    """A fresh org and an empty project whose default org it is."""
    access = emulator.create_org("generated", cloud)
    folder = Path(tempfile.mkdtemp(prefix="trunkline-generated-"))
    (folder / "trunkline.toml").write_text(_config(emulator, cloud, surface))
    api = Api(emulator, access)
    environment = {
        **_clean(),
        **_credentials(access),
        "TRUNKLINE_CONFIG_DIR": str(folder / ".trunkline" / "config"),
    }
    try:
        with mock.patch.dict(os.environ, environment, clear=True):
            yield World(api, folder, surface, kinds)
    finally:
        api.call("DELETE", f"/_trunkline/orgs/{access.id}")
        api.close()
        shutil.rmtree(folder)


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("TRUNKLINE_")}


def _config(emulator: Emulator, cloud: str, surface: str) -> str:
    table = f'[orgs.dev]\ncloud = "{cloud}"\nurl = "{emulator.url}"\nsurface = "{surface}"\n'
    rules = f"[rules]\ndisabled = {json.dumps(sorted(all_rules()))}\n"
    return f'name = "generated"\ndefault_org = "dev"\n\n{table}\n{rules}'


def _credentials(access: Access) -> dict[str, str]:
    return {"TRUNKLINE_DEV_CLIENT_ID": access.client_id, "TRUNKLINE_DEV_CLIENT_SECRET": access.client_secret}


Draw = Callable[..., Any]
"""`data.draw` of hypothesis."""


@dataclass(frozen=True)
class Subject:
    """Objects of some kinds, generated.

    orgs   what others made before anything is pulled
    seed   makes it, through the routes of the vendor
    edit   changes the files of the project, as a user would
    live   what the org has of it, without ids, versions and times
    forms  the forms in which files are pulled
    """

    kinds: tuple[str, ...]
    orgs: SearchStrategy[Any]
    seed: Callable[[World, Any], None]
    edit: Callable[[Draw, World], None]
    live: Callable[[World], Any]
    surface: str = "public"
    cloud: str = "genesys"
    forms: tuple[str, ...] = ("vendor",)


def entities(world: World, path: str, **query: Any) -> list[Body]:
    """All entities of a list, page by page, in the org's order."""
    found: list[Body] = []
    number = 1
    while True:
        answer = world.api.get(path, params={"pageSize": 100, "pageNumber": number, **query})
        page = _answered(answer)
        found += page["entities"]
        if number >= page.get("pageCount", 1):
            return found
        number += 1


def one_each(
    names: SearchStrategy[str], taken: Collection[str] = (), *, most: int = 3
) -> SearchStrategy[list[str]]:
    """Names of which no two differ in their case alone, and none that is taken."""
    held = {folded(name) for name in taken}
    return st.lists(names.filter(lambda name: folded(name) not in held), unique_by=folded, max_size=most)


def fresh_file(folder: str, number: int, ending: str = ".json") -> str:
    """Where a new definition goes."""
    return f"{folder}/new-{number}{ending}"


def shared(world: World, name: str) -> bool:
    """Whether several objects have this name: files of such, once gone, cannot be told apart again."""
    return sum(body["name"] == name for body in world.bodies().values()) > 1
