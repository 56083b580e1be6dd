"""A run as plain values: what tests compare with, what snapshots hold."""

from __future__ import annotations

from trunkline.domain.json import Json, JsonObject
from trunkline.engine.expression.timing import duration_text
from trunkline.engine.expression.values import Duration
from trunkline.engine.flow import Kind, Result, Visit
from trunkline.engine.flow.typed import plain


def visit_text(visit: Visit) -> str:
    """`17 __SUCCESS__`: the number the editor shows, and the output; of choices and cases their label.

    An action of a common module has the module's name before it: `Customer Lookup/11 __SUCCESS__`.
    """
    step, output = visit.step, visit.output
    where = str(step.tracking_id) if step.tracking_id is not None else step.name
    if visit.module is not None:
        where = f"{visit.module}/{where}"
    return where if output is None else f"{where} {output_text(visit)}"


def output_text(visit: Visit) -> str:
    """What an output is called: `__SUCCESS__`; of choices and cases their label."""
    output = visit.output or ""
    way = visit.step.exits.get(output)
    return output if output.startswith("__") or way is None else way.label


def path_of(result: Result) -> list[str]:
    """The run's way through the flow, without the greeting."""
    return [visit_text(visit) for visit in result.visits if visit.step.type != "Greeting"]


def end_of(result: Result) -> JsonObject:
    """`{"type": "TransferToAcd", "queue": "Claims"}`."""
    if result.end is None:
        return {"type": str(result.verdict)}
    return {"type": result.end.type, **result.end.details}


def clock_of(result: Result) -> str:
    """How long the run took on the virtual clock: `PT10M`."""
    return duration_text(Duration(result.elapsed_ms))


def calls_of(result: Result) -> list[tuple[str, JsonObject]]:
    """The data actions that were called, each with its inputs, in order."""
    return [
        (one.question.subject, {name: plain(value) for name, value in one.question.inputs.items()})
        for one in result.asked
        if one.question.kind is Kind.DATA_ACTION
    ]


def snapshot_of(result: Result) -> JsonObject:
    """Everything a caller, and those behind the flow, would notice of a run."""
    calls: list[Json] = [{name: inputs} for name, inputs in calls_of(result)]
    records: list[Json] = [
        {one.kind: {name: plain(value) for name, value in one.values.items()}} for one in result.records
    ]
    return {
        "end": end_of(result),
        "path": list(path_of(result)),
        "said": list(result.said),
        "called": calls,
        "records": records,
        "participantData": dict(result.participant_data),
        "errors": list(result.errors),
        "clock": clock_of(result),
        "language": result.language,
    }
