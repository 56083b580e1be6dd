"""A plan as text, JSON and markdown."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from typing import Any

import click

from trunkline.domain.canonical import MASK, is_below
from trunkline.domain.diff import FieldChange, Missing
from trunkline.domain.json import Json, Path, show_path
from trunkline.domain.kind import Kind
from trunkline.domain.plan import Change, Operation, Plan, State
from trunkline.render.findings import finding_json
from trunkline.render.style import bold, colour, count, dim

FORMATS = ("text", "json", "markdown")

_SIGNS = {
    Operation.CREATE: ("+", "green"),
    Operation.UPDATE: ("~", "yellow"),
    Operation.REPLACE: ("±", "magenta"),
    Operation.DELETE: ("-", "red"),
    Operation.NOOP: (" ", "white"),
}
_WIDTH = 100


def render_plan(plan: Plan, form: str, kinds: Mapping[str, Kind], *, org: str) -> str:
    """A plan in one of FORMATS; secret fields are masked."""
    if form == "json":
        return json.dumps(plan_json(plan, kinds, org=org), indent=2, ensure_ascii=False)
    if form == "markdown":
        return _markdown(plan, kinds, org)
    return _text(plan, kinds, org)


def plan_json(plan: Plan, kinds: Mapping[str, Kind], *, org: str) -> dict[str, Any]:
    return {
        "org": org,
        "digest": plan.digest,
        "counts": {str(operation): number for operation, number in plan.counts.items()},
        "changes": [
            _change_json(change, kinds[change.address.kind])
            for change in plan.changes
            if change.state is not State.IN_SYNC
        ],
        "findings": [finding_json(finding) for finding in plan.findings],
    }


def field_json(kind: Kind, field: FieldChange) -> dict[str, Any]:
    """One field: its path, and either side that is there."""
    row: dict[str, Any] = {"path": field.field}
    for side, value in (("before", field.before), ("after", field.after)):
        if not isinstance(value, Missing):
            row[side] = _shown(kind, field, value)
    return row


def _change_json(change: Change, kind: Kind) -> dict[str, Any]:
    def fields(changes: tuple[FieldChange, ...]) -> list[dict[str, Any]]:
        return [field_json(kind, field) for field in changes]

    return {
        "address": str(change.address),
        "operation": str(change.operation),
        "state": str(change.state),
        "file": change.desired.source.file if change.desired and change.desired.source else None,
        "id": change.actual.remote_id if change.actual else None,
        "fields": fields(change.fields),
        "drift": fields(change.drift),
        "renamedFrom": str(change.renamed_from) if change.renamed_from else None,
        "users": [str(user) for user in change.users],
        "clashes": [show_path(clash.path) for clash in change.clashes],
        "blocked": change.blocked,
        "hint": change.hint,
    }


def _text(plan: Plan, kinds: Mapping[str, Kind], org: str) -> str:
    lines: list[str] = []
    for change in plan.changes:
        if change.state is not State.IN_SYNC:
            lines += _change_lines(change, kinds[change.address.kind])
    written = {change.address for change in plan.writes}
    notes = [f for f in plan.findings if f.rule.startswith("plan-") and f.address in written]
    lines += [dim(str(finding)) for finding in notes]
    lines.append(summary(plan, org))
    if plan.writes:
        lines.append(f"digest {plan.digest[:16]}")
    return "\n".join(lines)


def summary(plan: Plan, org: str) -> str:
    """One line: what would happen, what is blocked."""
    if not plan.differs:
        return f"{org} is in sync with the files: {count(len(plan.changes), 'object')}, nothing to do"
    parts = [
        f"{sum(change.operation is operation for change in plan.writes)} to {operation}"
        for operation in (Operation.CREATE, Operation.UPDATE, Operation.REPLACE, Operation.DELETE)
        if any(change.operation is operation for change in plan.writes)
    ]
    drifted = sum(bool(change.drift) for change in plan.changes)
    if drifted:
        parts.append(f"{drifted} drifted in the org")
    if plan.blocked:
        parts.append(f"{len(plan.blocked)} blocked")
    return f"{bold(org)}: {', '.join(parts) or 'nothing to do'}"


def _change_lines(change: Change, kind: Kind) -> list[str]:
    sign, tint = _SIGNS[change.operation]
    state = "" if change.state is State.PENDING else f" ({change.state})"
    where = f"  {dim(change.desired.source.file)}" if change.desired and change.desired.source else ""
    lines = [f"{colour(sign, tint)} {change.operation} {bold(str(change.address))}{state}{where}"]
    if change.bare:
        lines.append("      made first and completed last: references go round in a circle")
    if change.renamed_from:
        lines.append(f"      renamed from {change.renamed_from.name}")
    if change.users:
        fate = "rewired" if change.rewire else "used by"
        lines.append(f"      {fate}: {', '.join(str(user) for user in change.users)}")
    if change.operation is Operation.CREATE:
        lines.append(f"      {dim(count(len(change.fields), 'field'))}")
    else:
        for field in change.fields:
            lines += field_lines(kind, field)
    pending = {field.path for field in change.fields}
    for field in change.drift:
        if field.path not in pending:
            lines.append(f"      {colour('drift', 'cyan')} {_one_line(kind, field)}")
    for clash in change.clashes:
        lines.append(f"      {colour('conflict', 'red')} {show_path(clash.path)}")
        for side, value in (("base", clash.base), ("theirs", clash.theirs), ("mine", clash.mine)):
            shown = "missing" if isinstance(value, Missing) else _brief(_mask(kind, clash.path, value))
            lines.append(f"        {side:<6} {shown}")
    if change.blocked:
        lines.append(f"      {colour('blocked', 'red')}: {change.blocked}")
        if change.hint:
            lines.append(f"      {dim('fix:')} {change.hint}")
    return lines


def field_lines(kind: Kind, field: FieldChange) -> list[str]:
    """One field, long texts as a difference of lines."""
    before, after = field.before, field.after
    if isinstance(before, str) and isinstance(after, str) and not _secret(kind, field.path):
        if "\n" in before + after or len(before) + len(after) > _WIDTH:
            return [f"      {field.field}", *_text_diff(before, after)]
    return [f"      {_one_line(kind, field)}"]


def _text_diff(before: str, after: str) -> list[str]:
    rows = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    tints = {"-": "red", "+": "green"}
    return [
        f"        {colour(row, tints[row[0]]) if row[:1] in tints else dim(row)}"
        for row in rows
        if not row.startswith(("---", "+++", "@@"))
    ]


def _one_line(kind: Kind, field: FieldChange) -> str:
    if isinstance(field.before, Missing):
        return f"{field.field}: {colour('+', 'green')} {_brief(_shown(kind, field, field.after))}"
    if isinstance(field.after, Missing):
        return f"{field.field}: {colour('-', 'red')} {_brief(_shown(kind, field, field.before))}"
    old, new = _shown(kind, field, field.before), _shown(kind, field, field.after)
    return f"{field.field}: {_brief(old)} → {_brief(new)}"


def _shown(kind: Kind, field: FieldChange, value: Json | Missing) -> Json:
    return _mask(kind, field.path, value)


def _mask(kind: Kind, path: Path, value: Json) -> Json:
    """The value with secrets hidden, however deep below `path` they lie."""
    if not kind.secret:
        return value
    if _secret(kind, path):
        return MASK
    if isinstance(value, dict):
        return {key: _mask(kind, (*path, key), child) for key, child in value.items()}
    if isinstance(value, list):
        return [_mask(kind, (*path, index), child) for index, child in enumerate(value)]
    return value


def _secret(kind: Kind, path: Path) -> bool:
    return any(is_below(pattern, path) for pattern in kind.secret)


def _brief(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


def _markdown(plan: Plan, kinds: Mapping[str, Kind], org: str) -> str:
    lines = [f"### Plan for {org}", "", click.unstyle(summary(plan, org)), ""]
    rows = [change for change in plan.changes if change.state is not State.IN_SYNC]
    if rows:
        lines += ["| | object | state | fields |", "|---|---|---|---|"]
        for change in rows:
            fields = ", ".join(f"`{field.field}`" for field in change.fields[:8]) or "–"
            note = f"{change.state}: {change.blocked}" if change.blocked else str(change.state)
            lines.append(f"| {change.operation} | `{change.address}` | {note} | {fields} |")
        lines += ["", f"Digest `{plan.digest[:16]}`"]
    for finding in plan.findings:
        lines.append(f"- {finding.severity}: {finding.where}: {finding.message} (`{finding.rule}`)")
    return "\n".join(lines)
