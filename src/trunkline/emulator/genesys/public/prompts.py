"""Languages of user prompts: `/api/v2/architect/prompts/{id}/resources`. "Architect API"."""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.emulator.call import Answer, Call, no_content
from trunkline.emulator.errors import bad_request, conflict, not_found
from trunkline.emulator.routes import Routes
from trunkline.emulator.store import Document

EDIT = ("architect:userPrompt:edit",)
VIEW = ("architect:userPrompt:view",)

routes = Routes("public", prefix="/api/v2/architect/prompts/{promptId}/resources")


@routes.on("GET", "", known="spec", permissions=VIEW)
def list_resources(call: Call) -> Answer:
    """The languages of a prompt."""
    found = _resources(_find(call))
    return Answer({"entities": found, "total": len(found), "pageNumber": 1, "pageSize": 100, "pageCount": 1})


@routes.on("POST", "", known="spec", permissions=EDIT)
def create_resource(call: Call) -> Answer:
    """A language that the prompt does not have: {language, ttsString?, text?}."""
    prompt, sent = _find(call), call.json_object()
    language = sent.get("language")
    if not isinstance(language, str) or not language:
        raise bad_request("The field language is required", field="language")
    resources = _resources(prompt)
    if any(one["language"] == language for one in resources):
        raise conflict(
            f"The prompt has a resource in {language} already",
            code="architect.prompt.resource.exists",
        )
    made = _made(prompt, language, sent)
    call.org.documents("prompts").put(prompt["id"], {**prompt, "resources": [*resources, made]})
    return Answer(made)


@routes.on("GET", "/{languageCode}", known="spec", permissions=VIEW)
def get_resource(call: Call) -> Answer:
    """One language."""
    return Answer(_of(call, _find(call)))


@routes.on("PUT", "/{languageCode}", known="spec", permissions=EDIT)
def update_resource(call: Call) -> Answer:
    """Replace what is said in a language."""
    prompt = _find(call)
    before = _of(call, prompt)
    made = _made(prompt, before["language"], call.json_object())
    changed = [made if one is before else one for one in _resources(prompt)]
    call.org.documents("prompts").put(prompt["id"], {**prompt, "resources": changed})
    return Answer(made)


@routes.on("DELETE", "/{languageCode}", known="spec", permissions=EDIT)
def delete_resource(call: Call) -> Answer:
    """Take a language away."""
    prompt = _find(call)
    before = _of(call, prompt)
    kept = [one for one in _resources(prompt) if one is not before]
    call.org.documents("prompts").put(prompt["id"], {**prompt, "resources": kept})
    return no_content()


def _find(call: Call) -> Document:
    prompt = call.org.documents("prompts").get(call["promptId"])
    if prompt is None:
        raise not_found(f"The prompt {call['promptId']} does not exist", code="architect.prompt.not.found")
    return prompt


def _resources(prompt: Document) -> list[JsonObject]:
    return list(prompt.get("resources") or [])


def _of(call: Call, prompt: Document) -> JsonObject:
    for one in _resources(prompt):
        if one["language"] == call["languageCode"]:
            return one
    raise not_found(
        f"The prompt has no resource in {call['languageCode']}", code="architect.prompt.resource.not.found"
    )


def _made(prompt: Document, language: str, sent: JsonObject) -> JsonObject:
    texts = {key: sent[key] for key in ("ttsString", "text") if isinstance(sent.get(key), str)}
    return {
        "id": language,
        "promptId": prompt["id"],
        "language": language,
        **texts,
        "uploadStatus": "created",
        "selfUri": f"/api/v2/architect/prompts/{prompt['id']}/resources/{language}",
    }
