"""Settings of flows on the guides' surface: changed by version, put back, reloaded."""

from __future__ import annotations

import pytest

from tests.api import Api, MakeApi
from tests.test_emulator_flows import FLOWS, GUIDES, act, create, get, published, refused

SCOPE = {"type": "org", "id": "0b8f561d-889e-4f1b-bf42-f36469b8f7a0"}


def settings_of(wait):
    return {
        "routing": {"type": "skills", "maxWaitTime": wait, "scope": SCOPE},
        "configurationMatrix": {"parameter_01": {"key": "a", "value": 1}},
        "scopeDirectives": {"applyTo": ["queue", "user"], "enforceHierarchy": True},
    }


def patch(api, flow_id, version, settings=None, **fields):
    body = {"orgId": api.access.id, "flowId": flow_id, "settings": settings, "version": version, **fields}
    return api.patch(f"{GUIDES}/{flow_id}", body)


def test_a_change_makes_the_next_version_on_both_surfaces(api: Api) -> None:
    flow_id = published(api)
    before = api.get(f"{FLOWS}/{flow_id}/latestconfiguration").content
    body = patch(api, flow_id, 2, settings_of(30)).json()
    assert (body["version"], body["status"], body["settings"]) == (2, "PUBLISHED", settings_of(30))
    assert get(api, flow_id)["publishedVersion"]["id"] == "2.0"
    assert api.get(f"{FLOWS}/{flow_id}/latestconfiguration").content == before
    assert api.get(f"{GUIDES}/{flow_id}").json()["settings"] == settings_of(30)


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_stale_or_skipped_version_is_a_conflict(api: Api, version: int) -> None:
    flow_id = published(api)
    refused(patch(api, flow_id, version, settings_of(30)), 409, "version.conflict")
    assert api.get(f"{GUIDES}/{flow_id}").json()["version"] == 1


def test_what_was_there_before_can_be_put_back_as_a_new_version(api: Api) -> None:
    flow_id = published(api)
    patch(api, flow_id, 2, settings_of(30))
    body = patch(api, flow_id, 3, {}).json()
    assert (body["version"], body["settings"]) == (3, {})


def test_a_draft_stays_a_draft(api: Api) -> None:
    body = patch(api, create(api), 1, settings_of(5)).json()
    assert (body["version"], body["status"]) == (1, "DRAFT")


def test_all_faults_of_a_change_are_told_at_once(api: Api) -> None:
    flow_id = published(api)
    bad = {
        "configurationMatrix": 1,
        "scopeDirectives": {"applyTo": "queue"},
        "routing": {"scope": {"id": "X"}},
    }
    answer = patch(api, flow_id, "2", bad, orgId="other", flowId="other")
    refused(answer, 400, "bad.request")
    assert {detail["fieldName"] for detail in answer.json()["details"]} == {
        "orgId",
        "flowId",
        "version",
        "settings.configurationMatrix",
        "settings.scopeDirectives.applyTo",
        "settings.routing.scope.id",
    }


def test_a_lock_or_a_running_operation_keeps_changes_out(api: Api, make_api: MakeApi) -> None:
    flow_id = published(api)
    act(make_api(name="somebody"), "checkout", flow_id)
    refused(patch(api, flow_id, 2, {}), 409, "architect.flow.locked.by.user")
    act(api, "unlock", flow_id)
    api.configure(flowOperationSeconds=60)
    act(api, "publish", flow_id)
    refused(patch(api, flow_id, 2, {}), 409, "architect.operation.already.in.progress")


@pytest.mark.parametrize("status", [200, 202, 204, 503])
def test_a_reload_answers_as_the_org_is_set_to(api: Api, status: int) -> None:
    api.configure(flowReloadStatus=status)
    assert api.post(f"{GUIDES}/reload", {"orgId": api.access.id}).status_code == status
    assert api.post(f"{GUIDES}/reload", {"orgId": "other"}).status_code == 400


def test_changes_want_their_scopes(make_api: MakeApi) -> None:
    reader = make_api(scopes=["flow:read"])
    refused(reader.patch(f"{GUIDES}/x", {}), 403, "missing.scope")
    refused(reader.post(f"{GUIDES}/reload", {}), 403, "missing.scope")
