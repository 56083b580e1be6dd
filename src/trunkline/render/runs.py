"""Runs, their steps, and drift, as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from trunkline.domain.kind import Kind
from trunkline.render.plan import field_json, field_lines
from trunkline.render.style import bold, colour, count, dim

if TYPE_CHECKING:
    from trunkline.apply.drift import Drift
    from trunkline.domain.resource import Address
    from trunkline.store import Run, Step

_TINTS = {"done": "green", "failed": "red", "skipped": "yellow", "undone": "yellow", "intent": "magenta"}


def run_json(run: Run, steps: Sequence[Step]) -> dict[str, Any]:
    return {
        "run": run.id,
        "org": run.profile,
        "verb": run.verb,
        "digest": run.digest,
        "who": run.who,
        "started": run.started,
        "ended": run.ended,
        "outcome": run.outcome,
        "steps": [
            {
                "number": step.number,
                "address": str(step.address),
                "operation": step.operation,
                "status": str(step.status),
                "id": step.after_id or step.before_id,
                "version": step.after_version,
                "versionBefore": step.before_version,
                "latencyMs": step.latency_ms,
                "error": step.error,
            }
            for step in steps
        ],
    }


def runs_text(runs: Sequence[tuple[Run, Sequence[Step]]]) -> str:
    """A line a run, the newest first."""
    if not runs:
        return "no run yet"
    lines: list[str] = []
    for run, steps in runs:
        done = sum(step.status == "done" for step in steps)
        outcome = run.outcome or "never ended"
        tint = {"done": "green"}.get(outcome, "yellow" if run.outcome else "red")
        by = run.who.get("user", "")
        lines.append(
            f"{bold(run.id)}  {run.verb:<9} {run.profile:<12} {colour(outcome, tint)}"
            f"  {done} of {count(len(steps), 'step')}  {dim(f'by {by}')}"
        )
    return "\n".join(lines)


def steps_text(run: Run, steps: Sequence[Step]) -> str:
    """A run with its steps, and how long they took."""
    job = f", {run.who['job']}" if run.who.get("job") else ""
    lines = [
        f"{bold(run.id)}: {run.verb} to {run.profile}, {run.outcome or 'never ended'}",
        dim(f"begun {run.started}, by {run.who.get('user')} on {run.who.get('host')}{job}"),
    ]
    for step in steps:
        took = "" if step.latency_ms is None else dim(f"  {step.latency_ms:.0f} ms")
        status = colour(str(step.status), _TINTS.get(step.status, "white"))
        lines.append(f"  {step.number:>3}  {status:<8} {step.operation} {step.address}{took}")
        if step.error:
            lines.append(f"       {step.error}")
    times = sorted(step.latency_ms for step in steps if step.latency_ms is not None)
    if times:
        lines.append(f"p50 {_quantile(times, 0.5):.0f} ms, p95 {_quantile(times, 0.95):.0f} ms")
    return "\n".join(lines)


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def drift_json(
    found: Sequence[Drift], unknown: Sequence[Address], org: str, kinds: Mapping[str, Kind]
) -> dict[str, Any]:
    return {
        "org": org,
        "drift": [
            {
                "address": str(each.address),
                "change": "deleted" if each.deleted else "changed",
                "id": each.live.remote_id if each.live else None,
                "fields": [field_json(kinds[each.address.kind], field) for field in each.fields],
                "by": each.author.who if each.author else None,
                "at": each.author.when if each.author else None,
                "action": each.author.action if each.author else None,
            }
            for each in found
        ],
        "withoutBase": [str(address) for address in unknown],
    }


def drift_text(
    found: Sequence[Drift], unknown: Sequence[Address], org: str, kinds: Mapping[str, Kind]
) -> str:
    lines: list[str] = []
    for each in found:
        sign, tint, word = ("-", "red", "deleted") if each.deleted else ("~", "cyan", "changed")
        author = each.author
        who = author.who if author and author.who else "somebody the cloud does not name"
        when = f", {author.when}" if author and author.when else ""
        lines.append(f"{colour(sign, tint)} {bold(str(each.address))} {word} by {who}{dim(when)}")
        for field in each.fields:
            lines += field_lines(kinds[each.address.kind], field)
    for address in unknown:
        lines.append(f"? {address} was never applied or pulled here with a body: nothing to compare with")
    lines.append(
        f"{bold(org)}: {count(len(found), 'object')} drifted"
        if found
        else f"{bold(org)} is as it was last applied or pulled"
    )
    return "\n".join(lines)
