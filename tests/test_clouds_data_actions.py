"""Data actions of an org, on both surfaces, against the emulator."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fake_cloud import FakeCloud, answer
from trunkline.clouds.base import Provider
from trunkline.clouds.connecting import Cloud, connect
from trunkline.clouds.genesys.guides.data_actions import GuidesDataActions
from trunkline.clouds.genesys.public.data_actions import DataActions
from trunkline.clouds.genesys.public.references import References
from trunkline.clouds.redact import Secret
from trunkline.clouds.retry import Policy
from trunkline.clouds.session import Session
from trunkline.clouds.target import Target
from trunkline.clouds.transport import Request, Response
from trunkline.clouds.transport_any import AnyTransport
from trunkline.domain.action import from_guides
from trunkline.domain.canonical import canonical, inherit
from trunkline.domain.diff import diff
from trunkline.domain.json import JsonObject
from trunkline.domain.kinds.data_action import DATA_ACTION
from trunkline.domain.resource import Address, Resource
from trunkline.emulator.orgs import Access
from trunkline.emulator.server import Emulator
from trunkline.errors import (
    CloudError,
    Conflict,
    InvalidInput,
    NoAnswer,
    NotFound,
    PermissionMissing,
    Refused,
)

ACTIONS = "/api/v2/integrations/actions"
WEB = "Web Services Data Actions"


def target(emulator: Emulator, access: Access, surface: str = "public") -> Target:
    secret = Secret(access.client_secret)
    return Target("genesys", emulator.url, emulator.url, surface, access.client_id, secret, access.name)


@pytest.fixture
def cloud(emulator: Emulator, org: Access) -> Iterator[Cloud]:
    """The public surface of a fresh org, which has one integration for web services."""
    cloud = connect(target(emulator, org))
    yield cloud
    cloud.close()


@pytest.fixture
def guides(emulator: Emulator, org: Access, cloud: Cloud) -> Iterator[Cloud]:
    """The guides' surface of the same org."""
    guides = connect(target(emulator, org, "guides"))
    yield guides
    guides.close()


def desired(name: str = "Get Order", **request: Any) -> Resource:
    body = {
        "name": name,
        "integrationType": "custom-rest-actions",
        "actionType": "custom",
        "config": {
            "request": {
                "requestUrlTemplate": "https://orders.example/${input.id}",
                "requestType": "POST",
                "headers": {"X-Ä": "${input.id}"},
                "requestTemplate": '{"id": "${input.id}"}',
                **request,
            },
            "response": {
                "translationMap": {"total": "$.order.total"},
                "translationMapDefaults": {"total": "0"},
                "successTemplate": '{"total": ${total}}',
            },
        },
        "contract": {
            "input": {
                "inputSchema": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": {"type": "string"}},
                    "additionalProperties": True,
                }
            },
            "output": {"successSchema": {"type": "object", "properties": {"total": {"type": "number"}}}},
        },
        "secure": False,
    }
    return Resource(Address("data_action", name), body)


def weather() -> Resource:
    """The guides' own example."""
    definition = {
        "name": "Get Current Weather Data",
        "description": "The weather at a place",
        "type": "rest",
        "inputs": [{"name": "city", "type": "string", "required": True}],
        "outputs": [{"name": "temperature", "type": "number"}],
        "integration": {"url": "https://api.example/v1?at={{city}}", "method": "GET", "timeout": 5},
        "responseMapping": {"temperature": "{{current.temperature}}"},
    }
    return Resource(Address("data_action", "Get Current Weather Data"), from_guides(definition))


def differences(found: Resource, wanted: Resource) -> list[str]:
    theirs = canonical(DATA_ACTION, found.body)
    mine = inherit(DATA_ACTION, canonical(DATA_ACTION, wanted.body), theirs)
    return [f"{each.field}: {each.before!r} -> {each.after!r}" for each in diff(theirs, mine)]


def changed(resource: Resource, url: str) -> Resource:
    body = copy.deepcopy(resource.body)
    body["config"]["request"]["requestUrlTemplate"] = url
    return replace(resource, body=body)


def test_a_created_action_is_published_and_reads_as_it_was_written(cloud, api):
    made = cloud.actions.create(desired())

    assert differences(cloud.actions.read(made.remote_id), desired()) == []
    assert made.body["integration"] == WEB
    assert api.get(f"{ACTIONS}/{made.remote_id}").status_code == 200
    assert api.get(f"{ACTIONS}/{made.remote_id}/draft").status_code == 404


@pytest.mark.parametrize("quirk", ["draftLosesRequestTemplate", "actionTemplateUris"])
def test_the_known_quirks_of_the_api_lose_nothing(cloud, api, quirk):
    api.configure(**{quirk: True})
    made = cloud.actions.create(desired())

    assert differences(cloud.actions.read(made.remote_id), desired()) == []
    [listed] = cloud.actions.list().items
    assert differences(listed, desired()) == []
    updated = cloud.actions.update(changed(listed, "https://new.example/"), listed)
    assert updated.body["config"]["request"]["requestTemplate"] == '{"id": "${input.id}"}'


def test_an_update_raises_the_version_and_keeps_the_id(cloud):
    made = cloud.actions.create(desired())
    after = cloud.actions.update(changed(made, "https://new.example/"), made)

    assert after.remote_id == made.remote_id
    assert int(after.version or 0) > int(made.version or 0)
    assert after.body["config"]["request"]["requestUrlTemplate"] == "https://new.example/"
    assert after.body["category"] == made.body["category"]


def test_what_only_a_new_action_can_have_is_refused_before_anything_is_sent(cloud):
    made = cloud.actions.create(desired())
    count = cloud.session.metrics.total().count

    with pytest.raises(Refused, match=r"contract\.input\.inputSchema\.properties\.more"):
        cloud.actions.update(more_inputs(made), made)
    assert cloud.session.metrics.total().count == count


def more_inputs(resource: Resource) -> Resource:
    body = copy.deepcopy(resource.body)
    body["contract"]["input"]["inputSchema"]["properties"]["more"] = {"type": "string"}
    return replace(resource, body=body)


def test_a_replacement_has_a_new_id_and_the_old_action_is_gone(cloud):
    made = cloud.actions.create(desired())
    new = cloud.actions.replace(more_inputs(desired()), made)

    assert new.remote_id != made.remote_id
    assert [each.remote_id for each in cloud.actions.list().items] == [new.remote_id]
    assert differences(new, more_inputs(desired())) == []


def test_on_the_guides_surface_too_a_replacement_is_a_new_action(guides):
    made = guides.actions.create(weather())
    with pytest.raises(Refused, match="can never change"):
        guides.actions.update(more_inputs(weather()), made)
    new = guides.actions.replace(more_inputs(weather()), made)

    assert [each.remote_id for each in guides.actions.list().items] == [new.remote_id]
    assert "more" in new.body["contract"]["input"]["inputSchema"]["properties"]


def test_a_replacement_that_fails_brings_the_old_action_back(guides):
    made = guides.actions.create(weather())
    refusals = [answer(503)]

    class Failing(AnyTransport):
        def send(self, request: Request, sink=None) -> Response:
            if request.method == "POST" and request.url.endswith("/dataactions") and refusals:
                return refusals.pop()
            return super().send(request, sink)

    session = Session(guides.target, transport=Failing())
    with pytest.raises(CloudError, match="the old action is back"):
        GuidesDataActions(session).replace(more_inputs(weather()), made)

    [back] = guides.actions.list().items
    assert differences(back, weather()) == []


def test_a_body_that_leaves_the_integration_to_the_cloud_is_no_change_of_it(cloud):
    made = cloud.actions.create(desired())

    assert (
        cloud.actions.update(desired(requestType="PUT"), made).body["config"]["request"]["requestType"]
        == "PUT"
    )


def test_a_draft_that_somebody_else_began_is_left_alone(cloud, api):
    made = cloud.actions.create(desired())
    draft = api.post(f"{ACTIONS}/{made.remote_id}/draft").json()
    theirs = {"version": draft["version"], "name": "Get Order", "category": WEB, "config": draft["config"]}
    theirs["config"]["request"]["requestUrlTemplate"] = "https://theirs.example/"
    assert api.patch(f"{ACTIONS}/{made.remote_id}/draft", theirs).status_code == 200

    with pytest.raises(Conflict, match="somebody else"):
        cloud.actions.update(changed(made, "https://mine.example/"), made)
    kept = api.get(f"{ACTIONS}/{made.remote_id}/draft?includeConfig=true").json()
    assert kept["config"]["request"]["requestUrlTemplate"] == "https://theirs.example/"


def test_an_edit_since_the_reading_is_not_written_over(cloud, api):
    made = cloud.actions.create(desired())
    theirs = api.get(f"{ACTIONS}/{made.remote_id}?includeConfig=true").json()
    theirs["config"]["request"]["requestUrlTemplate"] = "https://theirs.example/"
    change = {key: theirs[key] for key in ("name", "category", "config", "version")}
    assert api.patch(f"{ACTIONS}/{made.remote_id}", change).status_code == 200

    with pytest.raises(Conflict, match="changed meanwhile"):
        cloud.actions.update(changed(made, "https://mine.example/"), made)
    assert (
        cloud.actions.read(made.remote_id).body["config"]["request"]["requestUrlTemplate"]
        == "https://theirs.example/"
    )


def test_a_draft_never_published_is_a_note_and_no_object(cloud, api):
    cloud.actions.create(desired())
    sent = draft_of(cloud, desired("Begun"))
    assert api.post(f"{ACTIONS}/drafts", sent).status_code == 200
    listing = cloud.actions.list()

    assert [str(each.address) for each in listing.items] == ["data_action/Get Order"]
    assert listing.complete
    assert "Begun" in listing.notes[0]


def test_our_own_draft_of_a_broken_run_is_taken_up_again(cloud, api):
    assert api.post(f"{ACTIONS}/drafts", draft_of(cloud, desired())).status_code == 200
    made = cloud.actions.create(desired())

    assert len(api.get(ACTIONS).json()["entities"]) == 1
    assert api.get(f"{ACTIONS}/drafts").json()["entities"] == []
    assert differences(made, desired()) == []


def test_a_strange_draft_of_the_same_name_is_not_published(cloud, api):
    strange = draft_of(cloud, changed(desired(), "https://theirs.example/"))
    assert api.post(f"{ACTIONS}/drafts", strange).status_code == 200

    with pytest.raises(Conflict, match="somebody has begun"):
        cloud.actions.create(desired())


def draft_of(cloud: Cloud, resource: Resource) -> JsonObject:
    integration = cloud.references.id_of("integration", WEB)
    kept = {key: resource.body[key] for key in ("name", "config", "contract", "secure")}
    return {**kept, "category": WEB, "integrationId": integration}


def test_what_the_cloud_finds_not_valid_leaves_no_draft_behind(cloud, api):
    bad = changed(desired(), "https://orders.example/${input.id")
    with pytest.raises(CloudError) as caught:
        cloud.actions.create(bad)

    assert caught.value.status == 400
    assert api.get(f"{ACTIONS}/drafts").json()["entities"] == []


def test_actions_of_one_name_are_told_apart(cloud, api):
    for _ in range(3):
        assert api.post(ACTIONS, draft_of(cloud, desired("Twin"))).status_code == 200
    listing = cloud.actions.list()

    names = {each.remote_id: each.address.name for each in listing.items}
    first, *others = sorted(names)
    assert names[first] == "Twin"
    assert all(names[each] == f"Twin#{each.replace('-', '')[-6:]}" for each in others)
    assert {each.body["name"] for each in listing.items} == {"Twin"}


def test_a_deleted_action_is_gone_and_deleting_it_again_is_no_error(cloud):
    made = cloud.actions.create(desired())
    cloud.actions.delete(made)
    cloud.actions.delete(made)

    with pytest.raises(NotFound):
        cloud.actions.read(made.remote_id)


def test_an_integration_that_is_not_there_is_named_with_what_is_near(cloud):
    body = {**desired().body, "integration": "Web Service Data Action"}

    with pytest.raises(InvalidInput, match="no integration named 'Web Service Data Action'") as caught:
        cloud.actions.create(replace(desired(), body=body))
    assert repr(WEB) in (caught.value.hint or "")


def test_two_integrations_of_a_type_must_be_chosen_between(cloud, api):
    api.post("/api/v2/integrations", {"name": "Web 2", "integrationType": {"id": "custom-rest-actions"}})

    with pytest.raises(InvalidInput, match="2 integrations of type custom-rest-actions") as caught:
        cloud.actions.create(desired())
    assert f"Web 2, {WEB}" in (caught.value.hint or "")


def test_a_listing_of_many_costs_few_requests(cloud, api):
    for number in range(7):
        api.post(ACTIONS, draft_of(cloud, desired(f"Action {number}")))
    before = cloud.session.metrics.total().count
    listing = cloud.actions.list()

    assert (len(listing.items), listing.complete, listing.total) == (7, True, 7)
    assert cloud.session.metrics.total().count - before <= 3


def test_a_missing_permission_is_named(emulator, make_api, cloud):
    few = make_api(permissions=["integrations:integration:view"])
    blind = connect(target(emulator, few.access))

    with pytest.raises(PermissionMissing, match="integrations:action:view") as caught:
        blind.actions.list()
    assert caught.value.exit_code == 3


def test_a_test_run_says_what_each_step_gave(cloud):
    made = cloud.actions.create(desired())
    result = cloud.actions.test(made.remote_id, {"id": "7"})

    assert result["success"] is False
    assert [each["step"] for each in result["operations"]][:2] == [1, 2]


class Losing:
    """Sends every request, and loses the answer of those that `loses` picks, once each."""

    def __init__(self, loses: Callable[[Request], bool]) -> None:
        self._inner = AnyTransport()
        self._loses = loses
        self._lost: set[str] = set()
        self.sent: list[str] = []

    def send(self, request: Request, sink=None) -> Response:
        response = self._inner.send(request, sink)
        self.sent.append(f"{request.method} {request.url.partition('?')[0]}")
        if self._loses(request) and request.url not in self._lost:
            self._lost.add(request.url)
            raise NoAnswer("no answer in time", sent=True)
        return response

    def close(self) -> None:
        self._inner.close()


def losing(cloud: Cloud, method: str, ending: str) -> tuple[Provider, Losing]:
    """Actions of the same org whose answers to one kind of request are lost."""
    transport = Losing(lambda each: each.method == method and each.url.partition("?")[0].endswith(ending))
    session = Session(cloud.target, transport=transport)
    if cloud.target.surface == "guides":
        return GuidesDataActions(session), transport
    return DataActions(session, cloud.references), transport


@pytest.mark.parametrize(("method", "ending"), [("POST", "/drafts"), ("POST", "/publish")])
def test_a_lost_answer_makes_no_second_action(cloud, method, ending):
    provider, transport = losing(cloud, method, ending)
    made = provider.create(desired())

    assert differences(made, desired()) == []
    assert len(cloud.actions.list().items) == 1
    assert sum(each.startswith(method) and each.endswith(ending) for each in transport.sent) == 1


def test_on_the_guides_surface_an_action_is_created_published_and_reads_as_written(guides):
    made = guides.actions.create(weather())

    assert differences(made, weather()) == []
    assert differences(guides.actions.list().items[0], weather()) == []
    assert guides.session.get_json(f"/api/v2/flows/dataactions/{made.remote_id}")["status"] == "PUBLISHED"


def test_publishing_that_takes_its_time_is_waited_for(guides, api):
    api.configure(guidesPublishSeconds=0.3)
    made = guides.actions.create(weather())

    assert guides.session.get_json(f"/api/v2/flows/dataactions/{made.remote_id}")["status"] == "PUBLISHED"


def test_on_the_guides_surface_an_update_names_what_it_read(guides):
    made = guides.actions.create(weather())
    wanted = changed(weather(), "https://api.example/v2?at=$esc.uriEncode(${input.city})")
    after = guides.actions.update(wanted, made)

    assert differences(after, wanted) == []
    assert after.version != made.version
    with pytest.raises(Conflict):
        guides.actions.update(weather(), made)
    assert differences(guides.actions.read(made.remote_id), wanted) == []


@pytest.mark.parametrize(("method", "ending"), [("POST", "/dataactions"), ("POST", "/publish")])
def test_on_the_guides_surface_a_lost_answer_makes_no_second_action(guides, method, ending):
    provider, transport = losing(guides, method, ending)
    made = provider.create(weather())

    assert differences(made, weather()) == []
    assert len(guides.actions.list().items) == 1
    assert sum(each.startswith(method) and each.endswith(ending) for each in transport.sent) == 1


def test_a_lost_answer_to_an_update_is_looked_up(guides):
    made = guides.actions.create(weather())
    provider, _ = losing(guides, "PUT", made.remote_id or "")
    wanted = changed(weather(), "https://api.example/v2?at=$esc.uriEncode(${input.city})")

    assert differences(provider.update(wanted, made), wanted) == []


def test_a_name_that_is_taken_is_a_conflict_on_the_guides_surface(guides):
    guides.actions.create(weather())

    with pytest.raises(Conflict, match="exists"):
        guides.actions.create(weather())


def test_what_a_definition_cannot_say_is_listed_and_nothing_is_sent(guides):
    body = {**weather().body, "secure": True}

    with pytest.raises(InvalidInput) as caught:
        guides.actions.create(replace(weather(), body=body))
    assert any("secure" in fault for fault in caught.value.faults)
    assert guides.session.metrics.total().count == 0


def test_an_action_that_says_more_than_a_definition_can_is_not_written_over(guides, cloud):
    body = copy.deepcopy(desired().body)
    body["config"]["response"]["translationMap"]["total"] = "$..total[?(@.paid)]"
    made = cloud.actions.create(replace(desired(), body=body))
    listing = guides.actions.list()

    assert listing.complete
    assert any("--surface public" in note for note in listing.notes)
    with pytest.raises(Refused, match="would lose it"):
        live = guides.actions.read(made.remote_id)
        guides.actions.update(changed(live, "https://other.example/"), live)
    assert cloud.actions.read(made.remote_id).body == made.body


def test_an_action_deleted_on_one_surface_is_gone_on_the_other(guides, cloud):
    made = guides.actions.create(weather())
    assert cloud.actions.read(made.remote_id).body["name"] == "Get Current Weather Data"
    guides.actions.delete(made)
    guides.actions.delete(made)

    with pytest.raises(NotFound):
        cloud.actions.read(made.remote_id)


def test_the_sample_org_lists_whole_on_both_surfaces(emulator):
    access = emulator.create_org("sample", "genesys", "sample")
    for surface in ("public", "guides"):
        cloud = connect(target(emulator, access, surface))
        listing = cloud.actions.list()
        assert listing.complete
        assert len(listing.items) == listing.total
        assert all(differences(cloud.actions.read(each.remote_id), each) == [] for each in listing.items)
        cloud.close()


def test_nothing_is_sent_before_the_first_call(emulator, org):
    cloud = connect(target(emulator, org))

    assert cloud.session.metrics.total().count == 0
    assert "data_action" in cloud.providers


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "request", "response", "inputSchema", "requestTemplateUri", "url"]),
            inner,
            max_size=3,
        )
    ),
)
FIELDS = (
    "name",
    "integrationId",
    "category",
    "version",
    "secure",
    "config",
    "contract",
    "selfUri",
    "status",
    "inputs",
    "outputs",
    "integration",
    "responseMapping",
    "type",
    "etag",
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), json_values), max_size=4))
def test_no_odd_object_of_an_org_ends_a_listing(entities):
    entities = [{**entity, "id": f"custom_-_{n:08d}"} for n, entity in enumerate(entities)]

    def handle(request: Request) -> Response:
        for entity in entities:
            if request.url.partition("?")[0].endswith(entity["id"]):
                return answer(value=entity)
        whole = "/drafts" not in request.url and "/integrations?" not in request.url
        return answer(value={"entities": entities if whole else [], "total": len(entities) if whole else 0})

    session = FakeCloud(handle).session(policy=Policy(attempts=1))
    for provider in (DataActions(session, References(session)), GuidesDataActions(session)):
        listing = provider.list()
        assert len(listing.items) <= len(entities)
        assert len(listing.items) == len(entities) or listing.notes
