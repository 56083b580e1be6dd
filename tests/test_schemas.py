"""The JSON Schemas for editors: they say what the readers of the files say."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from pathlib import Path

import jsonschema_rs
import pytest

from tests.cli import trunkline
from trunkline.domain.action.fault import Reader
from trunkline.domain.action.friendly import compile_friendly, editor_schema
from trunkline.domain.action.friendly.read import REQUEST, TOP
from trunkline.domain.action.friendly.response import RESPONSE
from trunkline.domain.condition import read_conditions, read_dataset
from trunkline.domain.json import get, walk
from trunkline.domain.schemas import closed
from trunkline.domain.script import read_script
from trunkline.errors import InvalidInput
from trunkline.project.config import read_config
from trunkline.project.flow_settings import read_flow_settings
from trunkline.project.objects import reader as object_reader
from trunkline.project.reading import ReadFile
from trunkline.project.schemas import SCHEMAS, schema_text
from trunkline.project.suite import read_tests
from trunkline.project.suite.flows import read_flow_tests
from trunkline.project.suite.scripts import run_script_tests
from trunkline.project.yamlfile import parse_yaml

ROOT = Path(__file__).resolve().parents[1]
VALIDATORS = {name: jsonschema_rs.Draft202012Validator(json.loads(schema_text(name))) for name in SCHEMAS}
MODELINE = re.compile(r"# yaml-language-server: \$schema=\S*?([\w-]+)\.schema\.json")

DOCUMENTS = {
    "data-action": """
name: Make Offer
description: Offers
integration: Policy Services
integration_type: custom-rest-actions
action_type: custom
category: Offers
secure: false
inputs: {customer: string!, tags: "string[]", address: {type: object, description: Where, required: true}}
outputs: {offer: string}
request:
  method: POST
  url: https://offers.example/v1
  headers: {X-Trace: "{{customer}}"}
  body: {customer: "{{customer}}"}
  timeout: 10
response:
  map: {offer: offer.id}
  defaults: {offer: none}
  template: '{"offer": ${offer}}'
on_error: fail
on_timeout: continue
contract: {input: {title: In}, output: {title: Out}}
when:
  all:
    - {field: customers.status, equals: active}
    - not: {field: {dataset: customers, field: score}, less_than: 3}
    - any:
        - {field: customers.segment, in: [gold, platinum]}
        - {field: customers.segment, is_set: null}
    - type: OR
      children:
        - {type: EQUALS, value: {type: DATASET, datasetId: a, fieldId: b}, expression: x}
""",
    "action-test": """
action: Make Offer
credentials: {key: k}
auth: Get A Token
cases:
  - name: it is made
    input: {customer: "17"}
    reply: {status: 200, headers: {}, body: {offer: {id: A1}}}
    expect: {offer: A1}
  - name: in two steps
    replies: [{timeout: true}, {status: 200, body: {}}]
    credentials: {key: other}
    auth: Get Another
    expect_part: {offer: A1}
    expect_request: {method: POST, url: https://x.example, headers: {}, body: {}}
  - name: fails
    reply: {cassette: x.json}
    expect_error: {step: Execute request, message: gateway}
  - name: for {who}
    table: [{who: Ann, body: {}}]
    input: "${{ case.who }}"
    reply: {body: "${{ case.body }}"}
    expect_error: a gateway
conditions:
  - {name: a gold one, row: {customers: {status: active}}, expect: unknown}
""",
    "data-set": """
name: customers
id: "1"
fields: [{id: a, name: status, type: string, description: d}, {name: score, type: Number}]
source: {actionId: "17"}
""",
    "flow-test": """
flow: after-hours.json
call: {ani: "+13175550142"}
tests:
  - name: a caller is called back
    now: 2026-05-06T22:00:00Z
    language: en-us
    inputs: {Flow.x: 1}
    set: {Task.y: 2}
    participant_data: {a: b}
    tables: {Storm Regions: {"317": {region: IN}}}
    schedules: {Hours: open}
    data_actions:
      Weather: {success: {code: 3}}
      Create Callback: [timeout, {success: {}, expect_input: {a: b}}]
    queue: {rounds: 3, answered_after: PT2M}
    org: {queues: [Support]}
    run: [Bot]
    steps: [{hear: to be called back}, {press: 2}, wait, {say: yes, intent: Yes, slots: {}}]
    expect: {end: Disconnect, said: [hello], errors: none, loops: {}, snapshot: x.json}
""",
    "script-action": """
name: score
description: Weighs
depends_on: [base]
inputs: {score: number, segment: String}
enabled: true
script: score.js
""",
    "script-test": """
action: score
cases:
  - name: weighs
    input: {score: 10}
    now: 2026-01-01T00:00:00Z
    seed: 7
    timeout: 2
    expect: 12
    expect_part: {a: 1}
    expect_error: x
    expect_logs: [weighed]
""",
    "flow-settings": """
flow: Main*
settings:
  routing: {type: skills, maxWaitTime: 120, scope: {type: org}}
  configurationMatrix: {parameter_01: {key: language, value: en-us}}
  scopeDirectives: {applyTo: [queue, user], enforceHierarchy: true}
""",
    "condition": "all: [{field: a.b, equals: 1}, {any: [{field: a.c, in: [1, 2]}]}]",
    "queue": "{name: Claims, division: Home, description: Claims}",
}  # fmt: skip

CONFIG = {
    "name": "acme",
    "default_org": "dev",
    "state": ".state/",
    "variables": {"host": "x.example", "port": 8080},
    "orgs": {
        "dev": {
            "cloud": "genesys", "surface": "public", "region": "eu-central-1", "client_id": "17",
            "url": "https://x.example", "variables": {"host": "y.example"},
        }
    },
    "rules": {"disabled": ["action-plain-http"], "ignore": {"flows/**": ["flow-unused-variable"]}},
    "policy": {
        "allow_replace": True, "allow_delete": False, "min_update_interval": 2.5, "max_depth": 10, "max_children": 5,
        "strict_reload": True, "audit_file": "audit.ndjson", "webhook": "https://hooks.example",
    },
}  # fmt: skip
OTHERS = (None, True, 17, 1.5, "text", [], {}, ["a"], {"strange_key": 1})


def read(kind, document, tmp_path):
    """Whether the reader of this kind of file takes a document."""
    reader = Reader()
    if kind == "data-action":
        return not compile_friendly(document).faults
    if kind == "data-set":
        return read_dataset(document, reader) is not None and not reader.faults
    if kind == "condition":
        return not read_conditions(document).faults
    if kind == "script-action":
        return bool(read_script(document, reader)) and not reader.faults
    text = json.dumps(document)
    if kind == "trunkline":
        (tmp_path / "trunkline.toml").write_text(toml(document))
        try:
            return bool(read_config(tmp_path))
        except InvalidInput:
            return False
    path = tmp_path / "a.test.yaml"
    path.write_text(text)
    if kind == "action-test":
        return not read_tests(tmp_path, [path])[0].findings
    if kind == "flow-test":
        return not read_flow_tests(tmp_path, [path])[0].findings
    if kind == "script-test":
        findings = run_script_tests(tmp_path, [], [path]).findings
        return all(each.rule == "test-no-action" for each in findings)
    file = ReadFile("a.yaml", text, None, {}, {})
    read_as = read_flow_settings if kind == "flow-settings" else object_reader(kind.replace("-", "_"))
    return not read_as(file).findings


def toml(document):
    """A document as TOML: inline tables, since nobody looks."""

    def value(node):
        if isinstance(node, dict):
            return "{" + ", ".join(f"{json.dumps(key)} = {value(each)}" for key, each in node.items()) + "}"
        if isinstance(node, list):
            return "[" + ", ".join(map(value, node)) + "]"
        return json.dumps(node)

    return "".join(f"{json.dumps(key)} = {value(each)}\n" for key, each in document.items())


def document_of(kind):
    return CONFIG if kind == "trunkline" else parse_yaml(DOCUMENTS[kind]).value


def bent(document):
    """The document with one node replaced by another kind of value, or one key too many, again and again."""
    for path, node in walk(document):
        for other in OTHERS:
            if type(other) is not type(node):
                copied = copy.deepcopy(document)
                if not path:
                    copied = other
                else:
                    get(copied, path[:-1])[path[-1]] = other
                yield path, other, copied
        if isinstance(node, dict):
            copied = copy.deepcopy(document)
            get(copied, path)["strange_key"] = 1
            yield path, "strange_key", copied


LATER = {
    ("data-action", "inputs"): "whether placeholders name inputs",
    ("data-action", "response", "map"): "whether a default has its mapping",
    ("data-action", "response", "defaults"): "whether a default has its mapping",
}
"""What only makes sense together is the reader's to tell."""


@pytest.mark.parametrize("kind", ["trunkline", *DOCUMENTS])
def test_schema_and_reader_agree_on_every_bent_document(kind, tmp_path):
    validator, document = VALIDATORS[kind], document_of(kind)
    assert [str(each) for each in validator.iter_errors(document)] == []
    assert read(kind, document, tmp_path)
    alarms, silent, tried = [], [], 0
    for path, other, changed in bent(document):
        if kind == "trunkline" and not (isinstance(changed, dict) and "null" not in json.dumps(changed)):
            continue  # TOML is a table, and has no null
        tried += 1
        valid, taken = validator.is_valid(changed), read(kind, changed, tmp_path)
        if taken and not valid:
            alarms.append((path, other))
        if valid and not taken and not {(kind, *path), (kind, *path[:1])} & LATER.keys():
            silent.append((path, other))
    assert tried > 15
    assert alarms == [], "the editor would mark what the reader takes"
    assert silent == [], "the editor would not mark what the reader refuses"


def test_every_schema_is_one_and_says_what_it_is():
    for name, schema in SCHEMAS.items():
        made = json.loads(schema_text(name))
        jsonschema_rs.meta.validate(made)
        assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert made["title"], name
        assert schema.files


def test_every_field_of_a_file_is_described():
    for name in SCHEMAS:
        for path, node in walk(json.loads(schema_text(name))):
            if len(path) > 1 and path[-2] == "properties":
                assert node.get("description"), (name, path)


def test_a_data_action_s_schema_knows_every_field_of_its_reader():
    properties = editor_schema()["properties"]
    assert properties.keys() == set(TOP)
    assert properties["request"]["anyOf"][1]["properties"].keys() == set(REQUEST)
    assert properties["response"]["properties"].keys() == set(RESPONSE)


def test_a_schema_that_forgets_a_field_of_its_reader_is_not_made():
    with pytest.raises(LookupError, match="added"):
        closed(("name", "added"), {"name": {}})


def test_every_file_of_a_new_project_fits_the_schema_that_it_names(tmp_path):
    assert trunkline("init", tmp_path / "acme").code == 0
    named = 0
    for file in sorted((tmp_path / "acme").rglob("*.yaml")):
        text = file.read_text()
        found = re.search(r"\$schema=(\S+)", text)
        schema = json.loads((file.parent / found[1]).read_text())
        assert [*jsonschema_rs.Draft202012Validator(schema).iter_errors(parse_yaml(text).value)] == []
        named += 1
    config = (tmp_path / "acme" / "trunkline.toml").read_text()
    schema = json.loads((tmp_path / "acme" / re.match(r"#:schema (\S+)", config)[1]).read_text())
    assert [*jsonschema_rs.Draft202012Validator(schema).iter_errors(tomllib.loads(config))] == []
    assert named == 2


BY_KEY = {
    "tests": "flow-test",
    "cases": "action-test",
    "conditions": "action-test",
    "settings": "flow-settings",
    "depends_on": "script-action",
    "fields": "data-set",
}
"""What a block of YAML in the documentation is, by a field that only this form has at its top."""


def in_docs():
    """Every YAML file that the documentation makes, with its kind."""
    kinds = (
        (r"^actions/.*\.test\.ya?ml$", "action-test"),
        (r"^actions/.*\.ya?ml$", "data-action"),
        (r"^scripts/.*\.test\.ya?ml$", "script-test"),
        (r"^scripts/.*\.ya?ml$", "script-action"),
        (r"\.flowtest\.ya?ml$", "flow-test"),
        (r"\.settings\.ya?ml$", "flow-settings"),
        (r"^datasets/.*\.ya?ml$", "data-set"),
        (r"^queues/.*\.ya?ml$", "queue"),
        (r"^[\w-]+\.ya?ml$", "condition"),
    )
    made = re.compile(r"^cat >+ ?(\S+\.ya?ml) <<'?(\w+)'?\n(.*?)^\2$", re.MULTILINE | re.DOTALL)
    for page in sorted((ROOT / "docs").glob("*.md")):
        for file, _, text in made.findall(page.read_text()):
            kind = next((kind for pattern, kind in kinds if re.search(pattern, file)), None)
            if kind is not None:
                yield pytest.param(kind, text, id=f"{page.name}-{file}")
        for number, text in enumerate(
            re.findall(r"^```yaml\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)
        ):
            kind = next(
                (kind for key, kind in BY_KEY.items() if re.search(rf"^{key}:", text, re.MULTILINE)), None
            )
            if kind is not None:
                yield pytest.param(kind, text, id=f"{page.name}-{number}-{kind}")


@pytest.mark.parametrize(("kind", "text"), [*in_docs()])
def test_every_file_of_the_documentation_fits_its_schema(kind, text):
    value = parse_yaml(text).value
    if isinstance(value, dict) and {"nodes", "edges"} & value.keys():
        pytest.skip("a flow, not a file of ours")
    assert [str(each) for each in VALIDATORS[kind].iter_errors(value)] == []


def test_the_command_lists_prints_and_writes_schemas(tmp_path):
    listed = json.loads(trunkline("schema", "-o", "json").out)
    assert {each["kind"] for each in listed} == set(SCHEMAS)
    assert json.loads(trunkline("schema", "queue").out)["title"] == "Trunkline queue"
    assert trunkline("schema", "--output-dir", tmp_path / "s").code == 0
    assert len([*(tmp_path / "s").glob("*.schema.json")]) == len(SCHEMAS)
    assert trunkline("schema", "flow-test", "--output-dir", tmp_path / "one").code == 0
    assert [each.name for each in (tmp_path / "one").iterdir()] == ["flow-test.schema.json"]
    assert trunkline("schema", "nonsense").code == 64


def test_schemas_that_are_there_already_are_left_to_their_owner(tmp_path):
    own = tmp_path / "schemas" / "queue.schema.json"
    own.parent.mkdir()
    own.write_text("{}")
    assert trunkline("init", tmp_path).code == 0
    assert own.read_text() == "{}"
