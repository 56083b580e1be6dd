"""Switches of an emulated org: the vendor's quirks and limits where they are uncertain or worth varying."""

from __future__ import annotations

from types import MappingProxyType

from trunkline.domain.json import Json, JsonObject

DEFAULTS: MappingProxyType[str, Json] = MappingProxyType(
    {
        # Requests a minute a token; null takes the emulator's own quota, 0 is none.
        "quota": None,
        # Requests a minute of all its tokens together; null is ten times the quota of one.
        "orgQuota": None,
        # Tokens a minute that a client is given; null is the quota of a token.
        "loginQuota": None,
        # Answers carry inin-ratelimit-*.
        "quotaHeaders": True,
        # Seconds between two heartbeats of a notification channel.
        "heartbeatSeconds": 30,
        # Longest body of a request to the public API, in bytes; 0 for the emulator's own limit.
        "requestBytes": 512_000,
        # Seconds that the org's clock is ahead of the emulator's.
        "clockOffsetSeconds": 0,
        # Status of PATCH /integrations/actions/{id} with a stale version: 409 or 400.
        "actionStaleStatus": 409,
        # POST /integrations/actions/drafts loses config.request.requestTemplate.
        "draftLosesRequestTemplate": False,
        # GET /integrations/actions/{id} names templates by URI where they would stand in the text.
        "actionTemplateUris": False,
        # Publishing through the guides' endpoints answers 202 and takes this many seconds; 0 is at once.
        "guidesPublishSeconds": 0,
        # Seconds that a check-in or publish of a flow takes; at 0 the next request sees its end.
        "flowOperationSeconds": 0,
        # Status of POST /flows/actions/publish: 202, or 200.
        "flowPublishAnswers202": False,
        # Publishing a flow whose manifest names what the org lacks is refused.
        "flowPublishChecksDependencies": False,
        # Status of POST /architect/flows/reload: 200, 202 or 204, or an error.
        "flowReloadStatus": 200,
        # Levels of a condition below its root, and children of a branch.
        "conditionDepth": 10,
        "conditionChildren": 5,
        # Seconds until an audit record can be queried.
        "auditDelaySeconds": 2,
        # Attempts of a webhook's delivery before it is given up, and seconds before the second one; each
        # further wait is twice as long.
        "webhookAttempts": 5,
        "webhookFirstWaitSeconds": 0.5,
        "webhookTimeoutSeconds": 5,
        # Seconds that deliveries are signed with the old secret too, once it is rotated.
        "webhookRotationSeconds": 300,
        # Seconds that a rebuild of dependency tracking takes; its answers are 206 meanwhile.
        "dependencyRebuildSeconds": 0,
        # Seconds between the creation of a script action and its answer.
        "scriptAnswerSeconds": 0,
        # Seconds until a script action that was created shows in lists.
        "scriptListLagSeconds": 0,
    }
)


def checked(changes: JsonObject) -> JsonObject:
    """The changes, or ValueError naming the first setting that is unknown or of another type."""
    for name, value in changes.items():
        if name not in DEFAULTS:
            raise ValueError(f"no such setting: {name}; there are {', '.join(sorted(DEFAULTS))}")
        if not _fits(value, DEFAULTS[name]):
            raise ValueError(f"setting {name} is like {DEFAULTS[name]!r}, not {value!r}")
    return changes


def _fits(value: Json, default: Json) -> bool:
    if default is None:
        return value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, int | float):
        return isinstance(value, int | float)
    return isinstance(value, type(default))
