"""Flows of an org, on both surfaces, against the emulator."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest

from tests import flow_samples as made
from tests.api import Api
from tests.fake_cloud import FakeCloud, answer, query
from trunkline.clouds.connecting import Cloud, connect
from trunkline.clouds.flows import FlowFilter, FlowSummary, Stage
from trunkline.clouds.genesys.guides.flows import GuidesFlows
from trunkline.clouds.genesys.public.flow_objects import FlowObjects
from trunkline.clouds.genesys.public.flows import PublicFlows
from trunkline.clouds.genesys.public.references import References
from trunkline.clouds.redact import Secret
from trunkline.clouds.session import Session
from trunkline.clouds.target import Target
from trunkline.domain.resource import Address, Resource
from trunkline.emulator.clock import ManualClock
from trunkline.emulator.orgs import Access
from trunkline.emulator.server import Emulator, start
from trunkline.errors import InvalidInput, NoTarget, NotFound


@pytest.fixture(scope="module")
def sample(emulator: Emulator) -> Access:
    return emulator.create_org("sample", "genesys", "sample")


@pytest.fixture(params=["public", "guides"])
def cloud(emulator: Emulator, sample: Access, request) -> Iterator[Cloud]:
    cloud = connect(_target(emulator, sample, request.param))
    yield cloud
    cloud.close()


@pytest.fixture
def public(emulator: Emulator, sample: Access) -> Iterator[Cloud]:
    cloud = connect(_target(emulator, sample, "public"))
    yield cloud
    cloud.close()


def _target(emulator: Emulator, access: Access, surface: str) -> Target:
    secret = Secret(access.client_secret)
    return Target("genesys", emulator.url, emulator.url, surface, access.client_id, secret, access.name)


def test_every_flow_of_the_sample_is_listed_and_has_a_document(cloud):
    listing = cloud.flows.list()

    assert listing.complete
    assert len(listing.items) == listing.total > 5
    for flow in listing.items:
        document = json.loads(cloud.flows.document(flow))
        assert document["name"] == flow.name
        assert document["type"].lower() == flow.type


def test_a_document_is_streamed_as_it_is(cloud):
    flow = cloud.flows.list().items[0]
    file = io.BytesIO()

    assert cloud.flows.stream(flow, file) == len(file.getvalue())
    assert file.getvalue() == cloud.flows.document(flow)


def test_flows_are_chosen_by_type_id_and_name(cloud):
    every = cloud.flows.list().items
    one = every[0]

    of_type = {each.id for each in every if each.type == one.type}
    assert {each.id for each in cloud.flows.list(FlowFilter(types=(one.type.upper(),))).items} == of_type
    assert [each.id for each in cloud.flows.list(FlowFilter(ids=(one.id,))).items] == [one.id]
    assert one.id in {each.id for each in cloud.flows.list(FlowFilter(name=one.name[:4].upper() + "*")).items}
    assert cloud.flows.list(FlowFilter(name="no flow has this name")).items == ()


def test_a_flow_is_read_by_id(cloud):
    flow = cloud.flows.list().items[0]

    assert cloud.flows.read(flow.id).name == flow.name
    with pytest.raises(NotFound):
        cloud.flows.read("00000000-0000-4000-8000-000000000000")


def test_the_versions_of_a_flow_are_listed(public):
    flow = next(each for each in public.flows.list().items if Stage.PUBLISHED in each.versions)
    versions = [each["id"] for each in public.flows.versions(flow.id).items]

    assert flow.versions[Stage.PUBLISHED] in versions
    assert public.flows.document(flow, versions[0]) != b""


def test_the_published_version_goes_before_the_checked_in_and_that_before_the_saved():
    def flow(**versions: str) -> FlowSummary:
        return FlowSummary("id", "Main", "inboundcall", {Stage[key]: each for key, each in versions.items()})

    assert flow(SAVED="3.0", CHECKED_IN="2.0", PUBLISHED="1.0").version() == "1.0"
    assert flow(SAVED="3.0", CHECKED_IN="2.0").version() == "2.0"
    assert flow(SAVED="3.0").version() == "3.0"
    assert flow().version() is None
    assert flow(SAVED="3.0").version("7.0") == "7.0"
    with pytest.raises(InvalidInput, match="no published version"):
        flow(SAVED="3.0").version(Stage.PUBLISHED)


def test_a_flow_without_any_version_is_asked_for_its_latest_configuration():
    cloud = FakeCloud(lambda request: answer(404, {"code": "flow.no.config.available", "message": "none"}))
    flow = FlowSummary("f-1", "Main", "inboundcall", {})

    with pytest.raises(NotFound) as caught:
        PublicFlows(cloud.session()).document(flow)
    assert cloud.calls == ["GET /api/v2/flows/f-1/latestconfiguration"]
    assert "never saved" in (caught.value.hint or "")


def test_a_listing_asks_for_every_type_and_large_pages():
    cloud = FakeCloud(lambda request: answer(value={"entities": [], "total": 0}))
    PublicFlows(cloud.session()).list()

    assert query(cloud.requests[0]) == {"deleted": "false", "pageSize": "500", "pageNumber": "1"}


def test_one_odd_flow_ends_no_listing():
    odd = [
        {"id": "1", "name": None, "type": None, "publishedVersion": 7},
        {"id": "2"},
        {"id": "3", "name": "Good", "type": "BOT", "publishedVersion": {"id": "1.0"}, "savedVersion": None},
    ]
    for kind in (PublicFlows, GuidesFlows):
        cloud = FakeCloud(lambda request: answer(value={"entities": odd, "total": 3}))
        assert [each.id for each in kind(cloud.session()).list().items] == ["1", "2", "3"]


def test_a_name_with_brackets_means_itself_on_the_guides_surface():
    flows = [{"id": "1", "name": "Main [old]"}, {"id": "2", "name": "Main o"}]
    cloud = FakeCloud(lambda request: answer(value={"entities": flows, "total": 2}))

    assert [each.id for each in GuidesFlows(cloud.session()).list(FlowFilter(name="main [OLD]")).items] == [
        "1"
    ]


def test_the_guides_surface_refuses_what_it_does_not_have(emulator, sample):
    cloud = connect(_target(emulator, sample, "guides"))
    flow = cloud.flows.list().items[0]

    with pytest.raises(InvalidInput, match="one version"):
        cloud.flows.document(flow, Stage.PUBLISHED)
    with pytest.raises(InvalidInput, match="no divisions"):
        cloud.flows.list(FlowFilter(divisions=("x",)))


def test_one_flow_is_found_by_its_name_over_all_pages(emulator):
    access = emulator.create_org("many")
    public = connect(_target(emulator, access, "public"))
    for number in range(60):
        body = {"name": f"Flow {number:02d}", "type": "inboundcall"}
        public.session.send_json("POST", "/api/v2/flows", body)
    flows = connect(_target(emulator, access, "guides")).flows
    assert isinstance(flows, GuidesFlows)

    assert flows.find("flow 59").name == "Flow 59"
    assert flows.find("*OW 07").name == "Flow 07"
    with pytest.raises(InvalidInput, match="fits 10 flows") as caught:
        flows.find("Flow 5*")
    assert len(caught.value.faults) == 10
    with pytest.raises(NotFound, match="no flow is named"):
        flows.find("Flow 6")


def test_references_go_from_id_to_name_and_back(public):
    queues = public.references.directory("queue")

    assert queues.complete
    assert queues.names
    for remote_id, name in queues.names.items():
        assert public.references.id_of("queue", name) == remote_id
        assert public.references.name_of("queue", remote_id) == name
    assert public.references.name_of("queue", "no such id") is None


def test_every_kind_that_flows_refer_to_can_be_listed(public):
    from trunkline.clouds.genesys.public.references import LISTS

    for kind in LISTS:
        assert public.references.directory(kind).complete, kind


def test_the_emulators_quota_is_spent_whole_without_a_429():
    clock = ManualClock()
    with start(quota=50, clock=clock) as emulator:
        target = _target(emulator, emulator.create_org(), "public")
        session = Session(target, clock=clock.now, sleep=clock.advance)
        begun = clock.now()
        for _ in range(250):
            session.get_json("/api/v2/flows")
        session.close()

    assert session.metrics.total().retries == 0
    assert clock.now() - begun <= 5 * 60 / 0.97


def test_a_pool_of_clients_spends_the_quota_of_each():
    clock = ManualClock()
    with start(quota=50, clock=clock) as emulator:
        org = emulator.create_org()
        targets = [
            _target(emulator, org, "public"),
            _target(emulator, _second_client(emulator, org), "public"),
        ]
        session = Session(targets[0], pool=targets[1:], clock=clock.now, sleep=clock.advance)
        begun = clock.now()
        for _ in range(300):
            session.get_json("/api/v2/flows")
        session.close()

    assert session.metrics.total().retries == 0
    assert clock.now() - begun <= 3 * 60 / 0.97


def test_a_pool_holds_clients_of_one_org_only(emulator, org):
    own = _target(emulator, org, "public")
    other = _target(emulator, emulator.create_org("another"), "public")

    connect(own, pool=[_target(emulator, _second_client(emulator, org), "public")]).close()
    with pytest.raises(NoTarget, match="another org"):
        connect(own, pool=[other])


def _second_client(emulator: Emulator, org: Access) -> Access:
    api = Api(emulator, org)
    added = api.admin("POST", "/clients", {}).json()
    api.close()
    return Access(org.name, org.cloud, org.id, added["id"], added["secret"])


def test_a_flow_keeps_to_its_own_one_of_two_objects_of_one_name():
    twins = [{"id": f"custom_-_{digit}", "name": "Get Customer"} for digit in "12"]
    cloud = FakeCloud(lambda request: answer(value={"entities": twins, "total": 2}))
    session = cloud.session()
    flows = FlowObjects(session, References(session), lambda: False)
    body = made.flow(
        made.item("state", "State", "d", made.action("d", "DataAction", actionId="custom_-_2")),
        manifest={"dataAction": [{"id": "custom_-_2", "name": "Get Customer"}]},
    )

    moved, absent = flows.localise(Resource(Address("flow", "F"), body))

    assert (moved.body, absent) == (body, ())
