"""What a flow names, looked up in an org: objects that are missing there, prompts without a language.

The contracts of the org's data actions are fetched too, so that rules can hold a flow against them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trunkline.clouds.base import Provider
from trunkline.clouds.genesys.public.references import LISTS, Directory, References, near
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.flow.graph import FlowGraph, Reference
from trunkline.domain.flow.remap import UNIVERSAL
from trunkline.domain.json import Json, Path, get
from trunkline.domain.kinds.flow import MANIFEST_KINDS
from trunkline.domain.resource import Resource
from trunkline.errors import CloudError, NotFound


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    reference: Reference
    directory: Directory
    remote_id: str | None
    """The object's id in the org; None where it has no such object."""


class FlowLookup:
    """Flows held against one org, which is called `org`. `notes` holds what could not be looked up.

    Each kind is listed once; each data action is read once.
    """

    def __init__(self, org: str, names: References, actions: Provider) -> None:
        self._org = org
        self._names = names
        self._actions = actions
        self._contracts: dict[str, Resource | None] = {}
        self._unknown: dict[str, str] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(f"{kind.replace('_', ' ')}: {why}" for kind, why in sorted(self._unknown.items()))

    def called_actions(self, graph: FlowGraph) -> list[Resource]:
        """The org's data actions that a flow calls."""
        found: dict[str, Resource] = {}
        for each in self._looked_up(graph):
            if each.kind == "data_action" and each.remote_id is not None:
                action = self._action(each.remote_id)
                if action is not None:
                    found[each.remote_id] = action
        return list(found.values())

    def findings(self, flow: Resource, graph: FlowGraph) -> list[Finding]:
        """What the org lacks of what the flow names, each object told once."""
        return [
            Finding(rule, severity, said, flow.address, path, flow.source and flow.source.place(path), hint)
            for rule, severity, said, path, hint in self._problems(flow, graph)
        ]

    def _problems(self, flow: Resource, graph: FlowGraph) -> Iterator[tuple[str, Severity, str, Path, str]]:
        languages: Json = flow.body.get("supportedLanguages")
        for each in self._looked_up(graph):
            reference, what = each.reference, _shown(each.kind, each.reference)
            if each.remote_id is None:
                close = near(reference.name or "", each.directory.ids)
                hint = close or "create it there, or correct the flow"
                said = f"{self._org} has no {what}"
                yield "flow-reference-not-in-org", Severity.ERROR, said, reference.path, hint
                continue
            if reference.id is not None and reference.id != each.remote_id:
                said = f"{self._org} has the {what} under another id"
                hint = "trunkline promote puts the ids of an org in place"
                yield "flow-reference-other-id", Severity.WARNING, said, reference.path, hint
            if each.kind == "prompt" and isinstance(languages, list):
                missing = _unspoken(each, [str(language) for language in languages])
                if missing:
                    said = f"the {what} has nothing in {', '.join(missing)} in {self._org}"
                    hint = "record it, or give it a text, in each language of the flow"
                    yield "flow-prompt-language", Severity.WARNING, said, reference.path, hint

    def _looked_up(self, graph: FlowGraph) -> list[_Found]:
        found: dict[tuple[str, str], _Found] = {}
        for reference in (*graph.references, *(graph.manifest or ())):
            kind = MANIFEST_KINDS.get(reference.kind, "")
            identity = reference.id or reference.name
            if reference.kind in UNIVERSAL or kind not in LISTS or not identity:
                continue
            directory = self._directory(kind)
            if directory is not None and (kind, identity) not in found:
                found[kind, identity] = _Found(kind, reference, directory, _id_in(directory, reference))
        return list(found.values())

    def _directory(self, kind: str) -> Directory | None:
        """None where what the org shows of a kind is not all there is."""
        if kind in self._unknown:
            return None
        try:
            directory = self._names.directory(kind)
        except CloudError as error:
            self._unknown[kind] = error.message
            return None
        if not directory.complete:
            self._unknown[kind] = "the listing of the org is not whole"
            return None
        return directory

    def _action(self, remote_id: str) -> Resource | None:
        if remote_id not in self._contracts:
            try:
                self._contracts[remote_id] = self._actions.read(remote_id)
            except NotFound:
                self._contracts[remote_id] = None
            except CloudError as error:
                self._contracts[remote_id] = None
                self._unknown["contracts of data actions"] = error.message
        return self._contracts[remote_id]


def _id_in(directory: Directory, reference: Reference) -> str | None:
    if reference.id is not None and reference.id in directory.entities:
        return reference.id
    return directory.ids.get(reference.name) if reference.name else None


def _shown(kind: str, reference: Reference) -> str:
    return f"{kind.replace('_', ' ')} {reference.name or reference.id}"


def _unspoken(found: _Found, languages: Sequence[str]) -> list[str]:
    """The languages that a prompt has no recording and no text for; none where the org does not say."""
    prompt: Mapping[str, Json] = found.directory.entities.get(found.remote_id or "", {})
    resources = prompt.get("resources")
    if not isinstance(resources, list):
        return []
    spoken = {str(get(each, ("language",), "")).casefold() for each in resources}
    return [language for language in languages if language.casefold() not in spoken]
