"""`trunkline flow validate`: a line a file, the counts, the exit code, the formats."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli import trunkline
from tests.flow_org import Exports, document, flow_org, variables
from tests.flow_samples import data_action, flow, item
from trunkline.domain.flow import i3
from trunkline.project.validating import Validated, flow_files, validate, validate_file

GUIDES = {
    "id": "f-1",
    "name": "Main",
    "type": "INBOUNDCALL",
    "status": "PUBLISHED",
    "version": 3,
    "nodes": [
        {"id": "s", "type": "START"},
        {"id": "m", "type": "MENU"},
        {"id": "e", "type": "DISCONNECT"},
    ],
    "edges": [{"source": "s", "target": "m"}, {"source": "m", "target": "e"}],
}


def put(folder: Path, name: str, value: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    if isinstance(value, bytes):
        file.write_bytes(value)
    else:
        file.write_text(value if isinstance(value, str) else json.dumps(value))
    return file


def test_each_file_has_its_line_and_the_counts_come_last(tmp_path):
    good = put(tmp_path, "a.json", GUIDES)
    bad = put(tmp_path, "b.json", {key: value for key, value in GUIDES.items() if key != "nodes"})

    done = trunkline("flow", "validate", tmp_path)
    assert done.code == 1
    lines = done.out.splitlines()
    assert lines[0] == f"Validated: {good}"
    assert f"Error: Missing field 'nodes' in {bad}" in lines
    assert lines[-1] == "1 valid, 1 invalid of 2 files"


@pytest.mark.parametrize("field", ["id", "name", "type", "status", "version", "nodes", "edges"])
def test_every_field_of_the_guides_form_must_be_there(tmp_path, field):
    file = put(tmp_path, "flow.json", {key: value for key, value in GUIDES.items() if key != field})
    done = trunkline("flow", "validate", file)
    assert done.code == 1
    assert f"Error: Missing field '{field}' in {file}" in done.out


def test_a_folder_that_is_not_there_is_1_and_an_empty_one_0_with_a_remark(tmp_path):
    missing = trunkline("flow", "validate", tmp_path / "none")
    assert missing.code == 1
    assert "no such file or folder" in missing.err

    empty = trunkline("flow", "validate", tmp_path)
    assert empty.code == 0
    assert "nothing to validate" in empty.err


def test_every_form_of_a_flow_is_taken(tmp_path):
    put(tmp_path, "guides.json", GUIDES)
    put(tmp_path, "guides.yaml", json.dumps(GUIDES))
    put(tmp_path, "configuration.json", document("Config"))
    put(tmp_path, "exported.i3WorkFlow", i3.encode(document("Export")))
    archy = "inboundCall:\n  name: {{name}}\n  startUpRef: /inboundCall/tasks/task[main]\n  tasks:\n"
    archy += "    - task:\n        refId: main\n        actions:\n          - disconnect:\n              name: End\n"
    put(tmp_path, "archy.yaml", archy)
    put(tmp_path, "manifest.ndjson", "{}\n")
    put(tmp_path, "main.settings.yaml", "a: 1\n")
    put(tmp_path / ".partial", "flow_1.json", "{")

    done = trunkline("flow", "validate", tmp_path)
    assert done.code == 0, done.text
    assert done.out.count("Validated: ") == 5


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cut.json", '{"id": "x", "nodes": [', "not JSON"),
        ("list.json", "[1]", "is no flow: the document is not an object"),
        ("other.json", '{"a": 1}', "is no flow"),
        ("binary.json", b"\xff\xfe\x00", "not UTF-8"),
        ("deep.json", "[" * 100_000, "nested deeper"),
        ("torn.i3WorkFlow", "%%%", "base64 layer is broken"),
        ("bad.yaml", "a: [1", "not YAML"),
        ("bomb.yaml", "a: &a [x]\nb: &b [*a, *a]\n" + "c: [" + "*b, " * 5 + "]\n", "is no flow"),
    ],
)
def test_a_file_that_cannot_be_read_is_invalid_and_named(tmp_path, name, content, said):
    put(tmp_path, "a-good.json", GUIDES)
    file = put(tmp_path, name, content)

    done = trunkline("flow", "validate", tmp_path)
    assert done.code == 1
    line = next(line for line in done.out.splitlines() if line.startswith("Error: "))
    assert str(file) in line
    assert said in line
    assert "1 valid, 1 invalid" in done.out


def test_warnings_fail_with_strict_alone(tmp_path):
    careless = data_action("d", success="d2", failure="d2", timeout="d2")
    put(
        tmp_path,
        "flow.json",
        flow(
            item(
                "i",
                "Task",
                "d",
                careless,
                document("x")["flowSequenceItemList"][0]["actionList"][1] | {"id": "d2"},
            )
        ),
    )

    relaxed = trunkline("flow", "validate", tmp_path)
    assert relaxed.code == 0
    assert "Warning: " in relaxed.out
    strict = trunkline("flow", "validate", tmp_path, "--strict")
    assert strict.code == 1
    assert "Validated" not in strict.out


def test_a_flow_that_is_not_finished_may_be_incomplete(tmp_path):
    alone = {**GUIDES, "nodes": [*GUIDES["nodes"], {"id": "lost", "type": "MENU"}]}
    assert validate_file(put(tmp_path, "a.json", {**alone, "status": "DRAFT"})).is_valid()
    assert not validate_file(put(tmp_path, "b.json", alone)).is_valid()


def test_findings_come_in_every_format(tmp_path):
    put(tmp_path, "good.json", GUIDES)
    bad = put(tmp_path, "bad.json", {**GUIDES, "edges": [{"source": "s", "target": "nowhere"}]})

    def output(form: str) -> str:
        done = trunkline("flow", "validate", tmp_path, "--output", form)
        assert done.code == 1
        return done.out

    result = json.loads(output("json"))
    assert (result["valid"], result["invalid"]) == (1, 1)
    assert {"file": str(bad), "valid": False} in result["files"]
    assert any(each["file"] == str(bad) and each["line"] for each in result["findings"])
    sarif = json.loads(output("sarif"))
    assert sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"][
        "uri"
    ] == str(bad)
    assert ElementTree.fromstring(output("junit")).get("failures") != "0"
    assert re.search(rf"^::error file={re.escape(str(bad))},line=", output("github"), re.MULTILINE)


def test_many_files_are_shared_out_and_stay_in_order(tmp_path):
    for number in range(450):
        put(tmp_path, f"flow_{number:03d}.json", GUIDES if number != 77 else {})
    results = list(validate(list(flow_files([tmp_path]))))

    assert [Path(each.file).name for each in results] == [f"flow_{number:03d}.json" for number in range(450)]
    assert [each.file for each in results if not each.is_valid()] == [str(tmp_path / "flow_077.json")]
    assert isinstance(results[0], Validated)


MEASURED = """
import pathlib, re, resource, sys
from trunkline.cli.main import run
code = run(sys.argv[1:])
# Not ru_maxrss: that begins at what the process that started this one had.
own = int(re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1])
print(code, max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024, file=sys.stderr)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read as Linux has it")
def test_a_thousand_flows_of_the_guides_are_exported_and_validated_in_little_memory(emulator, tmp_path):
    access = flow_org(emulator, tmp_path / "seed", [document(f"Flow {n}") for n in range(1000)])
    export = Exports(emulator, access, tmp_path / "out", "guides")
    environment = {**os.environ, **variables(emulator, access, "guides")}

    def measured(*args: str) -> tuple[int, int, str]:
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, *args], env=environment, capture_output=True, text=True
        )
        code, megabytes = map(int, done.stderr.splitlines()[-1].split())
        return code, megabytes, done.stdout

    export.requests()
    code, megabytes, said = measured("flow", "export", "--all", "--json", "--output-dir", str(export.folder))
    assert (code, len(export.files), len(export.manifest)) == (0, 1000, 1000), said
    assert megabytes < 120
    asked = export.requests()
    assert asked.count("GET /api/v2/architect/flows") == 5  # a full page is never believed to be the last
    assert len([each for each in asked if each.startswith("GET /api/v2/architect/flows/")]) == 1000

    broken = export.folder / next(iter(export.files))
    broken.write_text(broken.read_text()[:-20])
    code, megabytes, said = measured("flow", "validate", str(export.folder))
    assert code == 1
    assert megabytes < 120
    assert said.splitlines()[-1] == "999 valid, 1 invalid of 1,000 files"
    assert [line for line in said.splitlines() if line.startswith("Error")] and str(broken) in said
