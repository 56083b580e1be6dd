"""`trunkline import`: Terraform resources, exported files and API bodies become files of a project."""

from __future__ import annotations

import json
import sys
import tomllib

import pytest

from tests.cli import trunkline
from tests.shared import needs_shared, shared
from trunkline.errors import InvalidInput
from trunkline.project.adopting.hcl import evaluate, parse_hcl
from trunkline.project.adopting.variables import Variable, with_variables

RESOURCE = r"""
variable "host" { default = "api.example.com" }
variable "timeout" { default = 20 }
locals { prefix = "Acme" }

resource "genesyscloud_integration" "web" {
  config { name = "Web Services" }
}

resource "genesyscloud_integration_action" "order" {
  # what it is called
  name                   = "${local.prefix} Get Order"
  category               = var.category
  integration_id         = genesyscloud_integration.web.id
  secure                 = true
  config_timeout_seconds = var.timeout
  contract_input = jsonencode({
    "type" : "object",
    required = ["id"]
    properties = { id = { type = "string" }, "n" = { type = "integer", "default" = -1.5 } }
  })
  contract_output = jsonencode({ type = "object", properties = {}, additionalProperties = true })
  config_request {
    request_url_template = "https://${var.host}/orders/$${input.id}?x=%%{y}"
    request_type         = "POST"
    headers = {
      Authorization = "Bearer ${var.shop_token}"
      "X-Shop"      = var.shop
    }
    request_template = <<-EOT
      {
        "id": "$esc.jsonString($${input.id})", "tab": "\t"
      }
    EOT
  }
  config_response {
    translation_map          = { total = "$.total" }
    translation_map_defaults = { total = "0" }
    success_template         = "{\"total\": $${successTemplateUtils.firstFromArray(\"$${total}\", \"0\")}\n}"
  }
  depends_on = [genesyscloud_integration.web]
}
"""


@pytest.fixture
def project(tmp_path):
    trunkline("init", tmp_path / "acme")
    return tmp_path / "acme"


def imported(project, text, *flags, name="order.tf"):
    file = project.parent / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return trunkline("import", file, *flags, cwd=project)


def test_a_terraform_resource_becomes_an_action(project):
    done = imported(project, RESOURCE)
    assert done.code == 0, done.text
    body = json.loads((project / "actions" / "acme-get-order.custom.json").read_text())
    assert body["name"] == "Acme Get Order"
    assert body["integration"] == "Web Services"
    assert body["secure"] is True
    assert body["config"]["timeoutSeconds"] == 20
    request, response = body["config"]["request"], body["config"]["response"]
    assert request["requestUrlTemplate"] == "https://${{ var.host }}/orders/${input.id}?x=%{y}"
    assert request["requestTemplate"] == '{\n  "id": "$esc.jsonString(${input.id})", "tab": "\\t"\n}\n'
    assert (
        response["successTemplate"] == '{"total": ${successTemplateUtils.firstFromArray("${total}", "0")}\n}'
    )
    schema = body["contract"]["input"]["inputSchema"]
    assert schema["properties"]["n"] == {"type": "integer", "default": -1.5}
    assert schema["required"] == ["id"]


def test_what_terraform_leaves_open_becomes_a_variable_and_secrets_come_from_the_environment(project):
    done = imported(project, RESOURCE)
    variables = tomllib.loads((project / "trunkline.toml").read_text())["variables"]
    assert variables["host"] == "api.example.com"
    assert variables["shop"] == ""
    assert variables["category"] == "Data Actions"
    assert "SHOP_TOKEN" not in variables
    assert "SHOP_TOKEN comes from the environment" in done.out
    body = json.loads((project / "actions" / "acme-get-order.custom.json").read_text())
    assert body["config"]["request"]["headers"] == {
        "Authorization": "Bearer ${{ env.SHOP_TOKEN }}",
        "X-Shop": "${{ var.shop }}",
    }


def test_what_has_no_place_is_said(project):
    text = RESOURCE.replace(
        "  depends_on", "  function_config { handler = var.h }\n  count = 2\n  depends_on"
    )
    done = imported(project, text)
    for word in ("depends_on", "count = 2", "function_config"):
        assert word in done.out


def test_a_dry_run_writes_nothing(project):
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    done = imported(project, RESOURCE, "--dry-run")
    assert "1 data action would be imported" in done.out
    assert before == {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}


def test_importing_twice_changes_nothing(project):
    imported(project, RESOURCE)
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    done = imported(project, RESOURCE)
    assert "the project has it already" in done.out
    assert before == {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}


def test_actions_named_by_the_same_variable_get_variables_of_their_own(project):
    one = 'resource "genesyscloud_integration_action" "a" {\n  name = var.action_name\n  config_request {\n    request_url_template = "/api/v2/x"\n  }\n}\n'  # fmt: skip
    (project.parent / "get-x.tf").write_text(one)
    (project.parent / "get-y.tf").write_text(one)
    done = trunkline("import", project.parent / "get-x.tf", project.parent / "get-y.tf", cwd=project)
    assert done.code == 0, done.text
    variables = tomllib.loads((project / "trunkline.toml").read_text())["variables"]
    assert variables["get_x_action_name"] == "Get X"
    assert variables["get_y_action_name"] == "Get Y"
    assert trunkline("check", cwd=project).code == 0


def test_drafts_and_custom_auth_actions_are_read_too(project):
    done = imported(
        project,
        'resource "genesyscloud_integration_action_draft" "d" {\n  name = "Drafted"\n}\n'
        'resource "genesyscloud_integration_custom_auth_action" "c" {\n  name = "Log In"\n'
        '  config_request {\n    request_url_template = "https://x.example/token"\n    request_type = "POST"\n  }\n}\n',
    )
    assert done.code == 0, done.text
    assert (project / "actions" / "drafted.custom.json").exists()
    body = json.loads((project / "actions" / "log-in.customAuth.json").read_text())
    assert body["actionType"] == "customAuth"


def test_exports_and_api_bodies_are_adopted_without_what_belongs_to_one_org(project):
    export = {
        "name": "Get It - Exported 2021-10-22 @ 14:08", "integrationType": "custom-rest-actions", "actionType": "custom",
        "config": {"request": {"requestUrlTemplate": "https://x.example/", "requestType": "GET"}, "response": {}},
        "contract": {"input": {"inputSchema": {}}, "output": {"successSchema": {}}}, "secure": False,
    }  # fmt: skip
    done = imported(project, json.dumps(export), name="get.custom.json")
    assert "Get It actions/get-it.custom.json" in done.out
    assert "suffix" in done.out
    answer = {**export, "name": "Post It", "id": "custom_-_1", "version": 3, "integrationId": "abc"}
    done = imported(project, json.dumps({"entities": [answer]}), name="list.json")
    assert done.code == 0, done.text
    assert "version 3 belongs to one org" in done.out
    assert "id" not in json.loads((project / "actions" / "post-it.custom.json").read_text())
    static = {**export, "name": "Built In", "actionType": "static"}
    assert "built in" in imported(project, json.dumps(static), name="s.static.json").out


def test_faults_are_told_and_the_other_files_still_imported(project):
    (project.parent / "bad.tf").write_text('resource "x" {\n  name = \n}\n')
    (project.parent / "bad.json").write_text('{"name": 1}')
    (project.parent / "good.tf").write_text(RESOURCE)
    done = trunkline(
        "import", *sorted(project.parent.glob("*.tf")), project.parent / "bad.json", "-o", "json", cwd=project
    )
    assert done.code == 1
    actions = json.loads(done.out)["actions"]
    assert sorted(row["fault"] is None for row in actions) == [False, False, True]
    assert any("line 2" in (row["fault"] or "") for row in actions)


def test_a_file_of_a_project_is_not_imported_but_copied(project):
    file = project.parent / "echo.yaml"
    file.write_text("name: Echo\nintegration: Web\n")
    done = trunkline("import", file, cwd=project)
    assert done.code == 1
    assert "copy it into actions/" in done.out


def test_without_the_library_the_extra_is_named(project, monkeypatch):
    monkeypatch.setitem(sys.modules, "hcl2", None)
    done = imported(project, RESOURCE)
    assert done.code == 64
    assert "trunkline[hcl]" in done.err


def test_definitions_of_the_guides_are_adopted(project):
    definition = {
        "name": "Get Weather", "type": "rest",
        "inputs": [{"name": "city", "type": "string", "required": True}],
        "outputs": [{"name": "t", "type": "number"}],
        "integration": {"url": "https://w.example/?city={{city}}", "method": "GET"},
        "responseMapping": {"t": "{{now.t}}"},
    }  # fmt: skip
    done = imported(project, json.dumps(definition), name="weather.json")
    assert done.code == 0, done.text
    body = json.loads((project / "actions" / "get-weather.custom.json").read_text())
    assert body["config"]["response"]["translationMap"] == {"t": "$.now.t"}


@pytest.mark.parametrize(
    "value",
    [
        "[" * 3000 + "]" * 3000,
        '"${' + "(" * 2000 + "1" + ")" * 2000 + '}"',
        "<<EOT\n${ + }\nEOT",
        '"${local.a0}"',
    ],
    ids=["deep list", "deep brackets", "bad interpolation", "exponential locals"],
)
def test_a_hostile_value_is_a_fault_of_its_action_alone(project, value):
    doubling = "".join(f'a{n} = "${{local.a{n + 1}}}${{local.a{n + 1}}}"\n' for n in range(18))
    text = f'locals {{\n{doubling}a18 = local.a17\n}}\nresource "genesyscloud_integration_action" "x" {{\nname = {value}\n}}\n'
    done = imported(project, text + RESOURCE)
    assert done.code == 1
    assert "Acme Get Order" in done.out
    assert "a fault of trunkline itself" not in done.text


def test_variables_written_in_another_way_are_left_to_the_user(project):
    config = project / "trunkline.toml"
    config.write_text('variables = {weather_host = "x"}\n')
    done = imported(project, RESOURCE)
    assert done.code == 1
    assert 'host = "api.example.com"' in done.err
    assert config.read_text() == 'variables = {weather_host = "x"}\n'


def values(text):
    block = parse_hcl(f"b {{\n{text}\n}}")[0]
    return {name: evaluate(each, lambda source: f"<{source}>") for name, each in block.attributes.items()}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"a\\"b\\\\n\\u00e9"', 'a"b\\né'),
        ('"$${x} ${1 + 2} %{ if a }b%{ endif }"', "${x} <1 + 2> <%{if a}>b<%{endif}>"),
        ('"${"in" }side ${jsonencode({a = "}"})}"', 'inside {"a":"}"}'),
        ("[1, -2, 3.5, true, null,]", [1, -2, 3.5, True, None]),
        ("{ a : 1, (b) = 2, \"c d\" = {} }", {"a": 1, "<b>": 2, "c d": {}}),
        ('jsonencode("<&>")', '"\\u003c\\u0026\\u003e"'),
        ("a ? b : c", "<a ? b : c>"),
        ("upper(\"x\")", '<upper("x")>'),
        ("[-x, !true]", ["<-x>", "<!true>"]),
        ("<<EOT\n  a\\n $${b}\n EOT", "  a\\n ${b}\n"),
        ("<<-EOT\r\n    a\r\n\r\n      b\r\n  EOT", "a\n\n  b\n"),
        ("<<EOT\nEOT", ""),
        (r'"$${f(\"${var.x}\")}"', '${f("<var.x>")}'),
    ],
)  # fmt: skip
def test_values_are_those_of_terraform_and_the_rest_is_asked_for(text, value):
    assert values(f"x = {text}")["x"] == value


@pytest.mark.parametrize("text", ["a {", "a = [", "[" * 3000, "a { b = ${} }", '"'])
def test_no_text_breaks_the_reader(text):
    with pytest.raises(InvalidInput):
        parse_hcl(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 1\n", 'a = 1\n\n[variables]\nx = "1"\n'),
        ("[variables]\na = 'b' # c\n\n# of the next\n[orgs.x]\n", '[variables]\na = \'b\' # c\nx = "1"\n\n# of the next\n[orgs.x]\n'),
        ("[variables] # mine\n[rules]\n", '[variables] # mine\nx = "1"\n[rules]\n'),
        ("[variables]", '[variables]\nx = "1"'),
    ],
)  # fmt: skip
def test_variables_are_added_and_every_comment_stays(before, after):
    assert with_variables(before, {"x": Variable("x", "1", True, False, "")}, {}) == after


@needs_shared
@pytest.mark.corpus
def test_the_terraform_files_of_the_corpus_import(project):
    files = sorted(shared("corpus", "data_actions_hcl").glob("*.tf"))
    assert len(files) == 40
    done = trunkline("import", *files, "-o", "json", cwd=project)
    answer = json.loads(done.out)
    (template,) = [row for row in answer["actions"] if row["fault"]]
    assert "template_main" in template["origin"]  # a generator's template: its placeholders are no HCL
    taken = [row for row in answer["actions"] if row["new"]]
    assert len({row["origin"].partition(".tf")[0] for row in taken}) == 39
    variables = {row["name"] for row in answer["variables"]}
    assert len([name for name in variables if name.endswith("action_name")]) == 33
    written = (project / "trunkline.toml").read_text()
    assert all(f"\n{row['name']} = " in written for row in answer["variables"] if not row["secret"])
    for row in taken:
        text = (project / row["file"]).read_text()
        assert "$${" not in text
        assert "jsonencode" not in text
