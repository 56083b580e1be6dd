"""Queues: how interactions are offered to agents. What a file leaves out stays as the org has it."""

from __future__ import annotations

from trunkline.domain.kind import Kind, Reference

QUEUE = Kind(
    name="queue",
    cloud="genesys",
    folder="queues",
    title="queue",
    documentation="https://developer.genesys.cloud/routing/routing/",
    server_owned=(
        "id",
        "selfUri",
        "dateCreated",
        "dateModified",
        "createdBy",
        "modifiedBy",
        "memberCount",
        "userMemberCount",
        "joinedMemberCount",
    ),
    references=(
        Reference("division", "division"),
        Reference("queueFlow", "flow"),
        Reference("emailInQueueFlow", "flow"),
        Reference("messageInQueueFlow", "flow"),
        Reference("whisperPrompt", "prompt"),
        Reference("onHoldPrompt", "prompt"),
    ),
    inherited=(
        "description",
        "division",
        "mediaSettings",
        "acwSettings",
        "skillEvaluationMethod",
        "scoringMethod",
        "autoAnswerOnly",
        "enableTranscription",
        "enableManualAssignment",
        "callingPartyName",
        "callingPartyNumber",
        "defaultScripts",
        "outboundMessagingAddresses",
        "outboundEmailAddress",
    ),
)
