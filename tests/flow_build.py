"""Flows that tests build action by action, with expressions as an author types them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trunkline.engine.expression import Declaration, Value, parse
from trunkline.engine.flow import Answer, Interaction, Question, Result, Run, Unanswered, build

Body = dict[str, Any]


class Flow:
    """A flow with one item of its own type; `add` gives actions numbers in their order, from 11 on."""

    def __init__(self, type_: str = "workflow", item: str = "State", **variables: str) -> None:
        self.type = type_
        self.types = {name.replace("__", "."): kind for name, kind in variables.items()}
        self.actions: list[Body] = []
        self.items: list[Body] = [{"id": "main", "name": "Main", "__type": item, "trackingId": 10}]
        self.inputs: set[str] = set()
        self.more: Body = {}

    def ex(self, text: str | None, type_: str) -> Body:
        """An expression; None is an empty field."""
        if text is None:
            return {"config": {"emp": {"pos": 1, "text": "", "type": type_}}, "text": "", "type": type_}
        declared = {name: Declaration(kind, f"id-{name}") for name, kind in self.types.items()}
        return {"config": parse(text, declared, type_), "text": text, "type": type_, "metaData": {}}

    def to(self, name: str) -> Body:
        type_ = self.types[name]
        leaf = {"pos": 1, "text": name, "type": type_, "val": f"id-{name}"}
        return {"config": {"ref": leaf}, "text": name, "type": type_, "uiMetaData": {"mode": 2}}

    def add(self, type_: str, name: str, *, to: str | None = None, item: str = "main", **fields: Any) -> Flow:
        """An action named `name`; `to` is what follows it; `paths` maps outputs to actions."""
        paths = fields.pop("paths", None)
        body: Body = {
            "id": name,
            "name": name,
            "__type": f"{type_}Action",
            "trackingId": 11 + len(self.actions),
        }
        if to:
            body["nextAction"] = to
        if paths is not None:
            body["paths"] = [_path(output, target) for output, target in paths.items()]
        self.actions.append({**body, **fields, "@item": item})
        return self

    def item(self, id_: str, type_: str = "Task", **fields: Any) -> Flow:
        self.items.append({"id": id_, "name": id_, "__type": type_, "trackingId": 90, **fields})
        return self

    @property
    def document(self) -> Body:
        items: list[Body] = []
        for item in self.items:
            own = [action for action in self.actions if action["@item"] == item["id"]]
            plain = [{key: value for key, value in one.items() if key != "@item"} for one in own]
            start = {"startAction": plain[0]["id"]} if plain and "startAction" not in item else {}
            items.append({**item, **start, "actionList": plain, "variables": []})
        variables = [
            {
                "id": f"id-{name}",
                "name": name,
                "__type": "Variable",
                "isInput": name in self.inputs,
                "isOutput": False,
                "isCollection": kind.endswith("_coll"),
                "initialValue": self.ex(None, kind),
            }
            for name, kind in self.types.items()
        ]
        return {
            "name": "Test",
            "type": self.type,
            "defaultLanguage": "en-us",
            "supportedLanguages": ["en-us"],
            "initialSequence": "main",
            "flowSequenceItemList": items,
            "variables": variables,
            "errorHandling": {"handlingType": "EndWorkflow" if self.type == "workflow" else "Disconnect"},
            **self.more,
        }

    def run(
        self, ask: Callable[[Question], Answer] | None = None, given: dict[str, Value] | None = None
    ) -> Result:
        return Run(build(self.document), Interaction(ask or nobody), given).go()

    def assign(self, name: str, target: str, text: str | None, *, to: str | None = None) -> Flow:
        """An Update Data action with one assignment."""
        pair = {"variable": self.to(target), "expression": self.ex(text, self.types[target])}
        return self.add("UpdateVariable", name, to=to, variables=[pair])

    def decide(self, name: str, text: str, yes: str | None, no: str | None, *, to: str | None = None) -> Flow:
        paths = {"__YES__": yes, "__NO__": no}
        return self.add("Decision", name, to=to, expression=self.ex(text, "bln"), paths=paths)

    def end(self, name: str, reason: str | None = None) -> Flow:
        text = None if reason is None else f'"{reason}"'
        return self.add("EndWorkflow", name, exitReason=self.ex(text, "str"))


def _path(output: str, target: str | None) -> Body:
    label = output.strip("_").replace("_", " ").title() if output.startswith("__") else output
    body = {"label": label, "outputId": output}
    return {**body, "nextActionId": target} if target else body


def nobody(question: Question) -> Answer:
    raise Unanswered(question.subject)


def path(result: Result) -> list[str]:
    """The names of the actions that ran, with their outputs."""
    return [
        f"{visit.step.name} {visit.output}" if visit.output else visit.step.name for visit in result.visits
    ]
