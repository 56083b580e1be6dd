"""The objects that data actions and flows refer to: queues, users, skills, prompts, schedules, …

Shapes: developer.genesys.cloud, "Routing API", "Users API", "Architect API", "Objects API".
"""

from __future__ import annotations

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.genesys.collection import Kind, register
from trunkline.emulator.routes import Routes

READ = ("list", "get")
ACTIVE: JsonObject = {"state": "active"}


def _media(percentage: float = 0.8, seconds: int = 20) -> JsonObject:
    return {
        "enableAutoAnswer": False,
        "alertingTimeoutSeconds": 30,
        "serviceLevel": {"percentage": percentage, "durationMs": seconds * 1000},
    }


QUEUE: JsonObject = {
    "memberCount": 0,
    "userMemberCount": 0,
    "joinedMemberCount": 0,
    "mediaSettings": {name: _media() for name in ("call", "callback", "chat", "email", "message")},
    "acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 300_000},
    "skillEvaluationMethod": "ALL",
    "scoringMethod": "TimestampAndPriority",
    "autoAnswerOnly": True,
    "enableTranscription": False,
    "enableManualAssignment": False,
    "defaultScripts": {},
    "outboundMessagingAddresses": {},
}
USER: JsonObject = {
    **ACTIVE,
    "chat": {},
    "primaryContactInfo": [],
    "addresses": [],
    "images": [],
    "acdAutoAnswer": False,
}

KINDS = (
    Kind(
        "/api/v2/routing/queues",
        "queues",
        "routing:queue",
        "queue",
        unique=True,
        divided=True,
        stamped=True,
        hidden=("members",),
        defaults=QUEUE,
        largest=500,
    ),
    Kind(
        "/api/v2/routing/skills",
        "skills",
        "routing:skill",
        "skill",
        adding=("routing:skill:create", "routing:skill:manage"),
        operations=("list", "get", "create", "delete"),
        unique=True,
        defaults={**ACTIVE, "version": "1"},
        largest=500,
    ),
    Kind(
        "/api/v2/routing/languages",
        "languages",
        "",
        "language",
        operations=("list", "get", "create", "delete"),
        unique=True,
        defaults={**ACTIVE, "version": "1"},
        deleted=204,
        largest=500,
    ),
    Kind(
        "/api/v2/routing/wrapupcodes",
        "wrapupCodes",
        "routing:wrapupCode",
        "wrap-up code",
        unique=True,
        divided=True,
        stamped=True,
        largest=500,
    ),
    Kind(
        "/api/v2/users",
        "users",
        "directory:user",
        "user",
        update="PATCH",
        required=("name", "email"),
        divided=True,
        versioned=True,
        defaults=USER,
        absent="general.resource.not.found",
        largest=500,
    ),
    Kind(
        "/api/v2/groups",
        "groups",
        "directory:group",
        "group",
        versioned=True,
        defaults={**ACTIVE, "type": "official", "visibility": "public", "memberCount": 0},
        absent="general.resource.not.found",
        deleted=204,
    ),
    Kind("/api/v2/teams", "teams", "groups:team", "team", divided=True, known="client", update="PATCH"),
    Kind(
        "/api/v2/architect/prompts",
        "prompts",
        "architect:userPrompt",
        "prompt",
        unique=True,
        divided=True,
        defaults={"resources": []},
        apart=("resources",),
        absent="architect.prompt.not.found",
    ),
    Kind(
        "/api/v2/architect/systemprompts",
        "systemPrompts",
        "architect:systemPrompt",
        "system prompt",
        operations=READ,
        absent="architect.system.prompt.not.found",
    ),
    Kind(
        "/api/v2/architect/grammars",
        "grammars",
        "architect:grammar",
        "grammar",
        update="PATCH",
    ),
    *(
        Kind(
            f"/api/v2/architect/{path}",
            collection,
            permission,
            title,
            unique=True,
            divided=True,
            versioned=True,
            stamped=True,
            defaults=ACTIVE,
        )
        for path, collection, permission, title in (
            ("schedules", "schedules", "routing:schedule", "schedule"),
            ("schedulegroups", "scheduleGroups", "routing:scheduleGroup", "schedule group"),
            ("emergencygroups", "emergencyGroups", "routing:emergencyGroup", "emergency group"),
            ("ivrs", "ivrs", "routing:callRoute", "IVR"),
        )
    ),
    Kind(
        "/api/v2/flows/outcomes",
        "flowOutcomes",
        "architect:flowOutcome",
        "flow outcome",
        operations=("list", "get", "create"),
        unique=True,
        divided=True,
    ),
    Kind(
        "/api/v2/flows/milestones",
        "flowMilestones",
        "architect:flowMilestone",
        "flow milestone",
        unique=True,
        divided=True,
    ),
    Kind(
        "/api/v2/authorization/roles",
        "roles",
        "authorization:role",
        "role",
        unique=True,
        defaults={"permissions": [], "permissionPolicies": []},
    ),
)


def _seen(path: str, collection: str, permission: str, title: str) -> Kind:
    """An object that flows name and nothing here writes: its API is served as far as reading goes."""
    return Kind(path, collection, permission, title, known="assumed", operations=READ)


SEEN = (
    _seen("/api/v2/scripts", "scripts", "scripter:publishedScript", "script"),
    _seen("/api/v2/responsemanagement/libraries", "responseLibraries", "responses:library", "library"),
    _seen("/api/v2/responsemanagement/responses", "responses", "responses:response", "response"),
    _seen("/api/v2/outbound/contactlists", "contactLists", "outbound:contactList", "contact list"),
    _seen("/api/v2/knowledge/knowledgebases", "knowledgeBases", "knowledge:knowledgebase", "knowledge base"),
    _seen("/api/v2/languageunderstanding/domains", "nluDomains", "languageUnderstanding:nluDomain", "domain"),
    _seen("/api/v2/quality/forms/surveys", "surveyForms", "quality:surveyForm", "survey form"),
    _seen("/api/v2/taskmanagement/worktypes", "worktypes", "workitems:worktype", "worktype"),
    _seen("/api/v2/routing/email/domains", "emailDomains", "routing:email", "e-mail domain"),
)

routes = Routes("public")
register(routes, (*KINDS, *SEEN))


def minimal(collection: str, object_id: str, name: str) -> dict[str, Json]:
    """The least that an object of a collection needs to be served, for references seen in flows."""
    kinds = {kind.collection: kind for kind in (*KINDS, *SEEN)}
    document: JsonObject = {"id": object_id, "name": name}
    kind = kinds.get(collection)
    if kind is None:
        return document
    document |= kind.defaults
    if kind.versioned:
        document["version"] = 1
    return document
