"""No request reads or writes a file outside of the folder of the emulator's state, nor starts a program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REQUESTS = 600
SCRIPT = """
import json, random, sys, threading
from pathlib import Path
from bench.fuzz import Figures, known_ids, shoot, token
from trunkline.emulator import catalogue
from trunkline.emulator.server import start

sys.dont_write_bytecode = True
data, count = Path(sys.argv[1]), int(sys.argv[2])
WATCHED = ("open", "os.", "shutil.", "subprocess.", "glob.", "pathlib.", "socket.connect", "sqlite3.connect")
seen = []

def watch(event, arguments):
    if event.startswith(WATCHED) and threading.current_thread().name == "trunkline-emulator":
        seen.append((event, *map(repr, arguments)))

def nasty(emulator, org, headers):
    import requests
    admin, api = f"{emulator.url}/_trunkline/orgs/{org.id}", emulator.url + "/api/v2"
    for name in ("../out.json", "/etc/passwd", "a/../../b.json", "ok/fine.json", "..", "C:\\\\x.json", "~/x.json"):
        requests.post(admin + "/seed", json={"files": {name: "{}"}}, timeout=60)
        state = {"documents": {name: {name: {"id": name}}}, "blobs": {name: {name: ""}}}
        made = requests.post(emulator.url + "/_trunkline/orgs", json={"name": name}, timeout=60).json()
        requests.put(f"{emulator.url}/_trunkline/orgs/{made['id']}/snapshot", json=state, timeout=60)
        requests.post(f"{emulator.url}/_trunkline/orgs/{made['id']}/reset", timeout=60)
        for path in ("/flows", "/architect/prompts", "/flows/datatables", "/routing/queues", "/scripts"):
            body = {"name": name, "type": "INBOUNDCALL", "fileName": name, "schema": {"properties": {"key": {}}}}
            requests.post(api + path, json=body, headers=headers, timeout=60)

with start(data=data, quota=0) as emulator:
    org = emulator.create_org("files", origin="sample")
    headers = {"Authorization": "Bearer " + token(emulator, org)}
    routes = [each for each in catalogue.routes() if each.surface in ("public", "guides")]
    sys.addaudithook(watch)
    figures = Figures()
    shoot(emulator, routes, known_ids(emulator, org), random.Random(7), headers, count, figures)
    nasty(emulator, org, headers)
print(json.dumps([figures.sent, seen]))
"""


def test_requests_touch_no_file_but_those_of_the_state_and_start_nothing(tmp_path):
    data, scratch = tmp_path / "data", tmp_path / "scratch"
    scratch.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(data), str(REQUESTS)],
        cwd=ROOT,
        env={"PATH": "", "TMPDIR": str(scratch), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    sent, seen = json.loads(done.stdout)
    assert sent >= REQUESTS * 0.9
    strangers = [each for each in seen if not _is_fine(each, data, scratch)]
    assert not strangers, strangers[:20]
    assert list(scratch.iterdir()) == []


def _is_fine(event: list[str], data: Path, scratch: Path) -> bool:
    """A file of the state or of the folder in which a seed is unpacked; of the program itself, read."""
    name, path = event[0], event[1].removeprefix("PosixPath(").strip("'\"b)")
    if any(f"{path}/".startswith(f"{folder}/") for folder in (data, scratch)):
        return ".." not in path
    if "/" not in path and path != "..":
        # A folder that is being deleted: its entries are named from an open folder on.
        return name == "os.scandir" or event[2:3] == ["None"] or name in ("os.remove", "os.rmdir")
    program = (str(ROOT / "src"), sys.prefix, sys.base_prefix)
    is_read = name in ("os.listdir", "os.scandir") or (name == "open" and event[2:3] in (["'r'"], ["'rb'"]))
    return is_read and path.startswith(program)
