"""A run of a data action, step by step, as text."""

from __future__ import annotations

import json

from trunkline.domain.json import Json
from trunkline.engine.action import Run, Step
from trunkline.render.style import bold, colour, dim

_WIDTH = 400


def render_run(name: str, run: Run) -> str:
    """Every step with what it produced; then the output, or why there is none."""
    lines = [bold(name)]
    for step in run.steps:
        lines += _step_lines(step)
    if run.error is not None:
        lines.append(f"{colour('failed', 'red')}: {run.error.message}")
        if run.error.hint:
            lines.append(f"{dim('fix:')} {run.error.hint}")
    else:
        if run.handled is not None:
            lines.append(f"{colour('handled', 'yellow')}: {run.handled.message}")
        lines.append(f"{colour('output', 'green')}: {json.dumps(run.output, indent=2, ensure_ascii=False)}")
    lines.append(dim(f"{run.duration_ms:.1f} ms"))
    return "\n".join(lines)


def _step_lines(step: Step) -> list[str]:
    sign = colour("✓", "green") if step.ok else colour("✗", "red")
    lines = [f"{sign} {step.number:>2}. {step.name} {dim(f'{step.duration_ms:.2f} ms')}"]
    if step.ok and step.result is not None:
        lines += [f"       {line}" for line in _shown(step.result)]
    lines += [f"       {colour('warning', 'yellow')}: {warning}" for warning in step.warnings]
    return lines


def _shown(value: Json) -> list[str]:
    if isinstance(value, dict) and value:
        return [f"{key}: {_brief(child)}" for key, child in value.items()]
    return [_brief(value)] if value not in ({}, [], "") else []


def _brief(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text.replace("\n", "⏎")
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
