"""Archy's jobs in the emulator: a YAML file becomes a published flow, flows become files."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import requests

from tests.api import Api
from tests.shared import needs_shared, shared
from tests.test_emulator_flows import FLOWS, a_configuration, act, create, get, published, refused, save
from trunkline.domain.flow import from_archy, from_configuration, i3
from trunkline.emulator.genesys.archy_flows import Compiled
from trunkline.project.archy import parse_archy

YAML = """
inboundCall:
  name: Front door
  description: from a file
  startUpRef: ./menus/menu[Main_10]
  defaultLanguage: en-us
  supportedLanguages:
    en-us: {none: true}
  variables:
    - stringVariable: {name: Flow.a, isInput: true}
  menus:
    - menu:
        name: Main
        refId: Main_10
        choices:
          - menuTransferToAcd:
              name: Sales
              dtmf: digit_1
              targetQueue: {lit: {name: Sales}}
          - menuTask:
              name: Hours
              dtmf: digit_2
              task:
                actions:
                  - decision:
                      name: Open?
                      outputs:
                        yes:
                          actions:
                            - playAudio: {name: Say}
                  - disconnect: {name: Bye}
"""


def upload(api, text, **body):
    job = api.post(f"{FLOWS}/jobs", body).json()
    answer = requests.put(job["presignedUrl"], data=text.encode(), headers=job["headers"], timeout=10)
    assert answer.status_code == 200, answer.text
    return api.get(f"{FLOWS}/jobs/{job['id']}?expand=messages").json()


@pytest.fixture
def sales(api: Api) -> str:
    return api.post("/api/v2/routing/queues", {"name": "Sales"}).json()["id"]


def test_a_yaml_file_becomes_a_published_flow(api: Api, sales: str) -> None:
    job = upload(api, YAML)
    assert (job["status"], job["command"], job["messages"]) == ("Success", "Publish", [])
    body = get(api, job["flow"]["id"])
    assert (body["name"], body["type"], body["description"]) == ("Front door", "INBOUNDCALL", "from a file")
    assert body["publishedVersion"]["id"] == "1.0"
    configuration = api.get(f"{FLOWS}/{body['id']}/latestconfiguration").json()
    assert configuration["manifest"]["queue"] == [{"id": sales, "name": "Sales"}]
    assert not from_configuration(configuration).unreachable


def test_the_same_file_again_is_the_next_version_of_the_same_flow(api: Api, sales: str) -> None:
    first, second = upload(api, YAML), upload(api, YAML.replace("from a file", "again"))
    assert first["flow"] == second["flow"]
    assert get(api, first["flow"]["id"])["publishedVersion"]["id"] == "2.0"


def test_a_job_takes_its_time(api: Api, sales: str) -> None:
    api.configure(flowOperationSeconds=60)
    job = upload(api, YAML)
    assert (job["status"], "flow" in job) == ("Started", False)
    api.configure(clockOffsetSeconds=61)
    assert api.get(f"{FLOWS}/jobs/{job['id']}").json()["status"] == "Success"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{broken", "line 1"),
        ("a: 1", "not an Archy flow"),
        (YAML.replace("Front door", "{{flow_name}}"), "the flow has no name"),
        (YAML.replace("[Main_10]", "[Other_10]"), "starts with Other_10"),
        (YAML, "queue 'Sales'"),
        (YAML.replace("inboundCall:", "inboundFax:"), "no flow type 'inboundfax'"),
    ],
)
def test_a_file_that_cannot_be_published_fails_with_the_reason(api: Api, text: str, message: str) -> None:
    job = upload(api, text)
    assert job["status"] == "Failure"
    assert message in job["messages"][0]["text"]
    assert api.get(FLOWS).json()["total"] == 0


def test_a_locked_flow_is_not_published_over(api: Api, make_api, sales: str) -> None:
    flow_id = upload(api, YAML)["flow"]["id"]
    act(make_api(name="somebody"), "checkout", flow_id)
    job = upload(api, YAML)
    assert job["status"] == "Failure"
    assert "is locked by another entity. You can use the --forceUnlock" in job["messages"][0]["text"]


def test_stubs_are_made_of_flows_that_are_missing_if_asked_for(api: Api, sales: str) -> None:
    text = YAML.replace(
        "targetQueue:", "botFlow: {Helper: {ver_latestPublished: {}}}\n              targetQueue:"
    )
    assert upload(api, text)["status"] == "Failure"
    assert upload(api, text, createStubs=True)["status"] == "Success"
    assert {f["name"] for f in api.get(FLOWS).json()["entities"]} == {"Front door", "Helper"}


def test_a_link_works_once_with_its_headers_and_for_an_hour(api: Api, sales: str) -> None:
    job = api.post(f"{FLOWS}/jobs", {}).json()
    url, headers = job["presignedUrl"], job["headers"]
    assert requests.put(url, data=YAML, timeout=10).status_code == 403
    assert requests.put(url, data=YAML, headers=headers, timeout=10).status_code == 200
    assert requests.put(url, data=YAML, headers=headers, timeout=10).status_code == 403
    late = api.post(f"{FLOWS}/jobs", {}).json()
    api.configure(clockOffsetSeconds=3601)
    assert requests.put(late["presignedUrl"], data=YAML, headers=headers, timeout=10).status_code == 403


def export(api, *wanted):
    job = api.post(f"{FLOWS}/export/jobs", {"flows": list(wanted)}).json()
    assert job["totalFlows"] == len(wanted)
    return api.get(f"{FLOWS}/export/jobs/{job['id']}?expand=messages").json()


def test_a_flow_is_exported_as_architects_file(api: Api) -> None:
    job = export(api, {"flow": {"id": published(api)}, "exportType": "Architect"})
    assert (job["status"], job["command"]) == ("Success", "Export")
    data = requests.get(job["downloadUrl"], timeout=10).content
    assert i3.decode(data) == json.loads(json.dumps(a_configuration()))


def test_several_flows_are_exported_as_a_zip(api: Api) -> None:
    first = {"flow": {"id": published(api)}, "fileName": "one"}
    published(api, "Night")
    second = {"flow": {"name": "Night", "type": "INBOUNDCALL"}}
    url = export(api, first, second)["downloadUrl"]
    names = zipfile.ZipFile(io.BytesIO(requests.get(url, timeout=10).content)).namelist()
    assert names == ["one.i3InboundFlow", "Night.i3InboundFlow"]


def test_the_yaml_of_a_flow_comes_back_as_it_was_sent(api: Api, sales: str) -> None:
    flow_id = upload(api, YAML)["flow"]["id"]
    job = export(api, {"flow": {"id": flow_id}, "exportType": "Yaml"})
    assert requests.get(job["downloadUrl"], timeout=10).text == YAML


def test_an_export_that_cannot_be_made_says_why(api: Api) -> None:
    plain, empty = published(api), create(api, "Empty")
    no_yaml = export(api, {"flow": {"id": plain}, "exportType": "Yaml"})
    assert no_yaml["status"] == "Failure"
    assert "no YAML of Main IVR" in no_yaml["messages"][0]["text"]
    assert "no configuration" in export(api, {"flow": {"id": empty}})["messages"][0]["text"]
    assert "no flow x" in export(api, {"flow": {"name": "x", "type": "bot"}})["messages"][0]["text"]
    refused(api.post(f"{FLOWS}/export/jobs", {"flows": []}), 400, "bad.request")
    assert api.get(f"{FLOWS}/export/jobs/gone").status_code == 404


def test_a_named_version_is_exported(api: Api) -> None:
    flow_id = published(api)
    act(api, "checkout", flow_id)
    save(api, flow_id, description="newer")
    job = export(api, {"flow": {"id": flow_id, "version": "2.0"}})
    assert i3.decode(requests.get(job["downloadUrl"], timeout=10).content)["description"] == "newer"


def shape(graph):
    kinds = {node.id: node.type for node in graph.nodes.values()}
    return sorted((kinds[e.source], kinds[e.target], e.kind.value, e.label) for e in graph.edges)


@pytest.mark.corpus
@needs_shared
def test_real_yaml_flows_keep_their_shape_as_configurations() -> None:
    for file in sorted(shared("corpus", "flows_archy").iterdir()):
        text = file.read_text("utf-8").replace("{{", "").replace("}}", "")
        graph = from_configuration(Compiled(text).configuration({}))
        assert shape(graph) == shape(from_archy(parse_archy(text).value)), file.name
