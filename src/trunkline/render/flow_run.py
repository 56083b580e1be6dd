"""A run of a flow as text, as JSON, and in the form of the vendor's flow execution data."""

from __future__ import annotations

from datetime import datetime, timedelta

from trunkline.domain.json import Json, JsonObject
from trunkline.engine.expression import Value, to_json
from trunkline.engine.expression.timing import date_time_text
from trunkline.engine.flow import FLOW_ASSUMPTIONS, START, Kind, Result, Visit
from trunkline.engine.flow.typed import plain, shown
from trunkline.project.suite.flows.shape import clock_of, end_of, output_text, snapshot_of
from trunkline.render.style import bold, colour, dim

_WIDEST = 300


def run_text(result: Result, *, variables: bool = False) -> str:
    """The steps of a run with what was said and heard, then how it ended."""
    lines: list[str] = []
    for visit in result.visits:
        lines += visit_lines(visit)
    lines.append(end_line(result))
    if variables:
        lines += [f"  {name} = {_short(shown(value))}" for name, value in result.variables.items()]
    return "\n".join(lines)


def visit_lines(visit: Visit) -> list[str]:
    """One step: its action and output, what was said, heard and set."""
    step = visit.step
    output = output_text(visit)
    kind = dim(step.type.removesuffix("Action"))
    lines = [f"{_clock(visit.at)}  {bold(step.title)} {kind}{f' → {output}' if output else ''}"]
    lines += [f"          {colour('»', 'cyan')} {_short(text)}" for text in visit.said]
    lines += [f"          {colour('«', 'yellow')} {_short(text)}" for text in visit.heard]
    lines += [f"          {name} = {_short(shown(value))}" for name, value in visit.writes]
    if visit.error is not None:
        lines.append(f"          {colour('error', 'red')}: {visit.error}")
    return lines


def end_line(result: Result) -> str:
    end = end_of(result)
    details = ", ".join(f"{key} {value}" for key, value in end.items() if key != "type")
    if result.end is None:
        return f"{colour(str(result.verdict), 'red')}: {result.message}"
    return f"{bold(str(end['type']))}{f' ({details})' if details else ''} after {clock_of(result)}"


def run_json(result: Result) -> JsonObject:
    """The run with its steps; `path` holds what a picture of the flow needs to draw the way taken."""
    steps: list[Json] = [_step_json(visit) for visit in result.visits]
    variables: JsonObject = {name: to_json(value) for name, value in result.variables.items()}
    assumptions: list[Json] = [one.id for one in FLOW_ASSUMPTIONS]
    return {
        "flow": result.program.name,
        "verdict": str(result.verdict),
        "message": result.message,
        **{key: value for key, value in snapshot_of(result).items() if key != "path"},
        "path": steps,
        "variables": variables,
        "actions": result.actions,
        "assumptions": assumptions,
    }


def _step_json(visit: Visit) -> JsonObject:
    said: list[Json] = list(visit.said)
    heard: list[Json] = list(visit.heard)
    return {
        "node": visit.step.id,
        "trackingId": visit.step.tracking_id,
        "name": visit.step.name,
        "type": visit.step.type,
        "item": visit.step.item,
        "output": visit.output,
        "atMs": visit.at,
        "said": said,
        "heard": heard,
        "set": {name: plain(value) for name, value in visit.writes},
        "error": visit.error,
    }


def execution_data(result: Result, conversation: str = "offline", start: datetime = START) -> JsonObject:
    """The run as the vendor's flow execution data has it ("Historical flow execution data")."""
    events: list[Json] = [
        {
            "startedFlow": {
                "dateTime": date_time_text(start),
                "languageTag": result.program.language,
                "variables": [],
            }
        }
    ]
    item = ""
    for number, visit in enumerate(result.visits):
        if visit.step.item != item and visit.step.item in result.program.items:
            item = visit.step.item
            of_item = result.program.items[item]
            kind = "startedState" if of_item.type == "State" else "startedTask"
            events.append({kind: {"stateId": item, "name": of_item.name, "executionId": f"{number}"}})
        events.append(_event(result, visit, number, start))
    reason = end_of(result)["type"]
    events.append({"endedFlow": {"flowExitReason": reason, "dateTime": _moment(start, result.elapsed_ms)}})
    flow: JsonObject = {
        "conversationId": conversation,
        "name": result.program.name,
        "startDateTime": date_time_text(start),
        "endDateTime": _moment(start, result.elapsed_ms),
        "execution": events,
    }
    return {"flow": flow}


def _event(result: Result, visit: Visit, number: int, start: datetime) -> JsonObject:
    step = visit.step
    if step.type == "Menu":
        return {"menuMenu": {"menuId": step.id, "menuName": step.name, "execution": _turns(visit)}}
    body: JsonObject = {
        "actionId": step.id,
        "actionName": step.name,
        "trackingId": step.tracking_id,
        "dateTime": _moment(start, visit.at),
        "executionId": f"{number}",
        "outputPathId": visit.output,
        "outputVariables": [_variable(name, value) for name, value in visit.writes],
    }
    for asked in (result.asked[one] for one in visit.questions):
        if asked.question.kind is Kind.DATA_ACTION:
            body["inputData"] = [_variable(*pair) for pair in asked.question.inputs.items()]
    if visit.error is not None:
        body["errors"] = [{"reason": visit.error}]
    return {f"action{step.type.removesuffix('Action')}": body}


def _turns(visit: Visit) -> list[Json]:
    heard: JsonObject = {"fromParticipant": {"audio": {"dtmf": {"value": " ".join(visit.heard)}}}}
    said: list[Json] = [{"text": text} for text in visit.said]
    return [{"turn": {"toParticipant": {"audioItems": said}, **heard}}]


def _variable(name: str, value: Value) -> JsonObject:
    return {"variableName": name, "value": plain(value)}


def _moment(start: datetime, milliseconds: int) -> str:
    return date_time_text(start + timedelta(milliseconds=milliseconds))


def _clock(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return dim(f"{hours}:{minutes:02}:{seconds:02}")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
