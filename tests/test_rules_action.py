"""The rules of data actions: each finds what it is for, and nothing in a good action."""

from __future__ import annotations

import copy
import json

import pytest

from tests.shared import needs_shared, shared
from trunkline.domain.action import compile_friendly
from trunkline.domain.finding import Severity
from trunkline.domain.resource import Address, Resource, Source
from trunkline.errors import InvalidInput
from trunkline.rules import all_rules, check

RULES = all_rules()

URL = ("config", "request", "requestUrlTemplate")
METHOD = ("config", "request", "requestType")
HEADERS = ("config", "request", "headers")
BODY = ("config", "request", "requestTemplate")
MAP = ("config", "response", "translationMap")
DEFAULTS = ("config", "response", "translationMapDefaults")
TEMPLATE = ("config", "response", "successTemplate")
INPUT = ("contract", "input", "inputSchema")
OUTPUT = ("contract", "output", "successSchema")

GOOD = compile_friendly(
    {
        "name": "Find Contacts",
        "inputs": {"phone": "string!", "limit": "integer"},
        "outputs": {"total": "integer!", "name": "string", "ids": "string[]", "first": "string"},
        "request": {
            "method": "POST",
            "url": "https://crm.example.com/contacts?phone={{phone}}",
            "headers": {"Authorization": "Bearer ${authResponse.access_token}", "Accept": "application/json"},
            "body": {"phone": "{{phone}}", "limit": "{{limit}}"},
            "timeout": 10,
        },
        "response": {
            "map": {"total": "$.contacts.size()", "name": "account.name", "ids": "$.contacts[*].id"},
            "defaults": {"total": 0, "name": "", "ids": []},
            "template": '{"total": ${total}, "name": ${name}, "ids": ${ids}, '
            '"first": ${successTemplateUtils.firstFromArray("${ids}", "$esc.quote$esc.quote")}}',
        },
    }
).body


def changed(path, value):
    body = copy.deepcopy(GOOD)
    node = body
    for step in path[:-1]:
        node = node[step]
    if value is None:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return body


def resource(body, source=None):
    return Resource(Address("data_action", str(body.get("name"))), body, source)


def found(body):
    return {finding.rule: finding for finding in check([resource(body)])}


def test_a_good_action_has_no_finding():
    assert found(GOOD) == {}


CASES = [
    ("action-undeclared-input", URL, "/api/v2/x/${input.Phone}", URL),
    (
        "action-undeclared-input",
        BODY,
        '{"phone": "$esc.jsonString($Input.phone)", "n": ${input.limit}}',
        BODY,
    ),
    ("action-unused-input", BODY, "{}", (*INPUT, "properties", "limit")),
    ("action-unescaped-url", URL, "/api/v2/x?phone=${input.phone}", URL),
    ("action-unescaped-url", URL, "/api/v2/x/${input.phone.replace(' ','%20')}", URL),
    ("action-unescaped-json", BODY, '{"p": "${input.phone}", "n": ${input.limit}}', BODY),
    ("action-template-syntax", BODY, '#if("$!{input.phone}" != "") {"n": ${input.limit}}', BODY),
    ("action-template-syntax", URL, "/x?p=$esc.url(${input.phone}", URL),
    ("action-foreign-placeholder", BODY, '{"p": "{{phone}}", "n": ${input.limit}}', BODY),
    ("action-method", METHOD, "FETCH", METHOD),
    ("action-timeout-range", ("config", "timeoutSeconds"), 61, ("config", "timeoutSeconds")),
    ("action-timeout-range", ("config", "timeoutSeconds"), "5", ("config", "timeoutSeconds")),
    ("action-plain-http", URL, "http://crm.example.com/?p=$esc.url(${input.phone})", URL),
    ("action-duplicate-header", HEADERS, {"Accept": "a", "accept": "b"}, (*HEADERS, "accept")),
    ("action-body-on-get", METHOD, "GET", BODY),
    ("action-secret-literal", HEADERS, {"Authorization": "Bearer abcdef123456"}, (*HEADERS, "Authorization")),
    ("action-secret-literal", HEADERS, {"X-API-Key": "0123456789abcdef"}, (*HEADERS, "X-API-Key")),
    ("action-secret-literal", URL, "/x?api_key=0123456789&p=$esc.url(${input.phone})", URL),
    ("action-secret-literal", URL, "https://me:hunter2@x.example/$esc.url(${input.phone})", URL),
    ("action-jsonpath-syntax", (*MAP, "name"), "$.a[?(@.b == 'c'", (*MAP, "name")),
    ("action-unmapped-name", TEMPLATE, '{"total": ${total}, "name": ${Name}, "ids": ${ids}}', TEMPLATE),
    ("action-unused-mapping", (*MAP, "spare"), "$.spare", (*MAP, "spare")),
    ("action-missing-default", DEFAULTS, {"total": "0", "name": '""'}, (*MAP, "ids")),
    ("action-default-not-json", (*DEFAULTS, "name"), "Not Found", (*DEFAULTS, "name")),
    ("action-default-unmapped", (*DEFAULTS, "nam"), '""', (*DEFAULTS, "nam")),
    ("action-missing-dollar", TEMPLATE, "{rawResult}", TEMPLATE),
    ("action-quoted-value", TEMPLATE, '{"total": ${total}, "name": "${name}", "ids": ${ids}}', TEMPLATE),
    ("action-success-template", TEMPLATE, '{"total": ${total}, "name": ${name}, "ids": ${ids}', TEMPLATE),
    ("action-trailing-text", TEMPLATE, '{"total": ${total}, "name": ${name}, "ids": ${ids}}}', TEMPLATE),
    ("action-malformed", HEADERS, ["Accept"], HEADERS),
    ("action-malformed", (*HEADERS, "X"), 5, (*HEADERS, "X")),
    ("action-malformed", URL, None, URL),
    (
        "action-output-schema",
        ("contract", "output"),
        {"outputSchema": {}},
        ("contract", "output", "outputSchema"),
    ),
    ("action-contract-schema", (*INPUT, "type"), "objekt", INPUT),
    ("action-output-contract", TEMPLATE, '{"Total": ${total}, "name": ${name}, "ids": ${ids}}', TEMPLATE),
    ("action-output-contract", TEMPLATE, "[${total}, ${name}, ${ids}]", TEMPLATE),
    ("action-path-type", (*MAP, "name"), "$.contacts[*].name", (*MAP, "name")),
    ("action-default-contract", (*DEFAULTS, "total"), '"none"', (*DEFAULTS, "total")),
    ("action-default-contract", (*DEFAULTS, "ids"), "[1]", (*DEFAULTS, "ids")),
    ("action-export-suffix", ("name",), "Find - Exported 2021-03-03 @ 22:05", ("name",)),
    ("action-static", ("actionType",), "static", ("actionType",)),
]


@pytest.mark.parametrize(("rule", "path", "value", "told"), CASES)
def test_a_rule_finds_its_fault_and_says_where(rule, path, value, told):
    finding = found(changed(path, value))[rule]

    assert finding.path == told
    assert finding.severity is RULES[rule].severity
    assert finding.address == Address("data_action", str(changed(path, value).get("name")))


def test_every_rule_of_data_actions_is_tried_here():
    across = {rule.id for rule in RULES.values() if rule.across and rule.id.startswith("action-")}

    assert {rule for rule in RULES if rule.startswith("action-")} == {case[0] for case in CASES} | across


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_explains_itself(rule):
    assert rule.id == rule.id.lower()
    assert rule.title
    assert not rule.title.endswith(".")
    assert rule.explanation.endswith(".")
    assert rule.example
    assert rule.fix
    if rule.check is None and rule.across is None:
        assert "--org" in rule.explanation, "it is found by looking into an org, and says how"
    else:
        assert (rule.check is None) != (rule.across is None)


@pytest.mark.parametrize(
    ("path", "value", "rule", "hint"),
    [
        (URL, "/x/${input.Phone}", "action-undeclared-input", "did you mean phone?"),
        (TEMPLATE, "${nmae}", "action-unmapped-name", "did you mean ${name}?"),
        ((*DEFAULTS, "name"), "none", "action-default-not-json", 'write "none"'),
    ],
)
def test_the_name_that_was_meant_is_offered(path, value, rule, hint):
    assert found(changed(path, value))[rule].hint == hint


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (BODY, '{ "data": { ${input.phone} }, "n": ${input.limit} }'),
        (BODY, "${input.rawRequest}"),
        (BODY, '{"on": "#if("$!{input.phone}" != "")yes#end", "n": ${input.limit}}'),
        (HEADERS, {"Authorization": 'Basic $encoding.base64("${credentials.id}:${credentials.secret}")'}),
        (HEADERS, {"Authorization": "Bearer <YOUR TOKEN>"}),
        (URL, "http://localhost:8080/$esc.url(${input.phone})"),
        (TEMPLATE, '{"total": ${total}, "name": "$esc.jsonString(${name})", "ids": ${ids}}'),
        ((*MAP, "name"), "$.['account'].name"),
        (("config", "timeoutSeconds"), 60),
    ],
)
def test_what_real_actions_do_on_purpose_is_no_fault(path, value):
    assert found(changed(path, value)) == {}


def test_ids_numbers_and_bound_texts_need_no_escaping():
    body = changed(URL, "/x/${input.userId}/${input.limit}/${input.media}?p=$esc.url(${input.phone})")
    body["contract"]["input"]["inputSchema"]["properties"] |= {
        "userId": {"type": "string"},
        "media": {"type": "string", "enum": ["voice", "chat"]},
    }

    assert found(body) == {}


def test_a_custom_auth_action_takes_no_timeout():
    assert "action-timeout-range" in found({**GOOD, "actionType": "customAuth"})


def test_a_template_that_loops_is_sampled_within_bounds():
    body = changed(TEMPLATE, "#foreach($i in [1..9999])#foreach($j in [1..9999])${ids}#end#end")

    assert "action-success-template" in found(body)


def test_a_literal_secret_is_never_repeated():
    finding = found(changed(HEADERS, {"Authorization": "Bearer abcdef123456"}))["action-secret-literal"]

    assert "abcdef123456" not in str(finding)


def test_names_that_differ_only_by_the_export_suffix_collide():
    bodies = [changed(("name",), name) for name in ("A", "a - Exported 2021-03-03 @ 22:05", "B", "B")]

    collisions = [each for each in check(list(map(resource, bodies))) if each.rule == "action-name-collision"]

    assert [each.address.name for each in collisions] == ["a - Exported 2021-03-03 @ 22:05", "B"]


def test_rules_can_be_switched_off_and_weighed_by_id():
    bad = [resource(changed(METHOD, "FETCH"))]

    assert check(bad, disabled={"action-method"}) == []
    assert check(bad, severities={"action-method": Severity.INFO})[0].severity is Severity.INFO
    with pytest.raises(InvalidInput, match="action-methd"):
        check(bad, disabled={"action-methd"})


def test_a_finding_points_at_the_line_in_the_file():
    source = Source("actions/find.yaml", {(): (1, 1), METHOD: (7, 11)})

    finding = check([resource(changed(METHOD, "FETCH"), source)])[0]

    assert finding.where == "actions/find.yaml:7"


def test_objects_of_other_kinds_are_left_alone():
    assert check([Resource(Address("queue", "Support"), {"config": 5})]) == []


def test_the_gravest_findings_of_an_object_come_first():
    body = changed(METHOD, "FETCH")
    body["name"] += " - Exported 2021-03-03 @ 22:05"
    body["config"]["response"]["translationMapDefaults"] = {}

    order = [each.severity for each in check([resource(body)])]

    assert order == sorted(order, key=list(Severity).index)
    assert len(set(order)) == 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": 5, "config": 5, "contract": []},
        {"config": {"request": [], "response": "x"}},
        {
            "config": {
                "request": {"requestUrlTemplate": ["x"], "headers": {"a": {}}},
                "response": {"translationMap": [1]},
            }
        },
        {
            "contract": {
                "input": {"inputSchema": {"properties": [1]}},
                "output": {"successSchema": {"items": 5}},
            }
        },
        changed(TEMPLATE, "#foreach($i in [1..99999])${ids}#end"),
        changed(TEMPLATE, "[" * 3000),
        changed((*OUTPUT, "properties"), {"total": True, "name": 5}),
        changed((*OUTPUT, "items"), [[]]),
    ],
)
def test_no_body_however_odd_stops_the_check(body):
    assert check([resource(body)])


@pytest.mark.corpus
@needs_shared
def test_every_real_action_can_be_checked_and_few_are_called_wrong():
    files = sorted(shared("corpus", "data_actions").glob("*.json"))
    resources = [resource(json.loads(file.read_text("utf-8"))) for file in files]

    findings = check(resources)

    wrong = {each.address.name for each in findings if each.severity is Severity.ERROR}
    assert wrong == {"Get Contact From Contact List"}
    suffixed = [each for each in findings if each.rule == "action-export-suffix"]
    assert len(suffixed) == sum(" - Exported " in each.address.name for each in resources)
