"""`trunkline condition …`: the conditions of data actions."""

from __future__ import annotations

import difflib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trunkline.cli.common import (
    emit,
    emit_json,
    org_option,
    output_option,
    project_if_any,
    talk,
    wait_option,
)
from trunkline.cli.condition_eval import evaluate
from trunkline.cli.condition_file import FILE, FILES, faults_of, open_file, sound_file
from trunkline.cli.condition_graph import graph
from trunkline.domain.condition import Catalogue, Limits, depth, leaves, to_wire
from trunkline.domain.json import Json, JsonObject
from trunkline.domain.json import Path as JsonPath
from trunkline.errors import InvalidInput, UsageError
from trunkline.project.conditions import ConditionFile, rewritten

if TYPE_CHECKING:
    from trunkline.clouds.genesys.guides.conditions import InvalidCondition, Upserted
    from trunkline.domain.condition import Node
    from trunkline.org import Org


@click.group()
def condition() -> None:
    """Conditions of data actions (`when:`): evaluate, lint, format, draw, bring to an org."""


condition.add_command(evaluate)
condition.add_command(graph)


@condition.command(short_help="Find faults, and what never or always holds.")
@FILES
@output_option()
def lint(files: tuple[Path, ...], form: str) -> int:
    """Find what can never hold, always holds, or is said twice; faults first. Exit 1 if there is any."""
    found: list[JsonObject] = []
    for file in files:
        read, catalogue, limits = open_file(file)
        faults = faults_of(read, catalogue, limits)
        found += [_finding(read, "condition-fault", fault.path, read.told(fault)) for fault in faults]
        if not faults:
            found += _remarks(read, catalogue)
    if form == "json":
        emit_json(found)
    for each in found if form == "text" else ():
        emit(f"{each['message']} [{each['rule']}]")
    if form == "text" and not found:
        for file in files:
            emit(_summary(open_file(file)[0]))
    return int(bool(found))


@condition.command(short_help="Bring conditions inside the limits, and prove it.")
@FILES
@click.option("--fix", is_flag=True, help="Write the files; else the changes are shown.")
def fmt(files: tuple[Path, ...], fix: bool) -> int:
    """Rewrite conditions that break a limit into equivalent ones that keep it, and prove it.

    Comments stay with their leaves. Exit 2 if a file would change and --fix is not given, 1 if a
    condition cannot be brought inside the limits.
    """
    changed = failed = 0
    for file in files:
        read, _, limits = open_file(file)
        text = _fixed_text(read, limits)
        if text is None:
            failed += 1
        elif text == read.text:
            emit(f"{file}: inside the limits")
        else:
            changed += 1
            if fix:
                from trunkline.project.files import write_atomic

                write_atomic(file, text)
                emit(f"{file}: rewritten")
            else:
                lines = difflib.unified_diff(
                    read.text.splitlines(), text.splitlines(), str(file), str(file), lineterm=""
                )
                emit("\n".join(lines))
    return 1 if failed else 2 if changed and not fix else 0


@condition.command(short_help="Bring a condition to the org, atomically.")
@FILE
@click.option("--publish", is_flag=True, help="Publish the action afterwards.")
@click.option("--adopt", is_flag=True, help="Overwrite what others changed since with the file.")
@wait_option
@org_option
@output_option()
def apply(file: Path, publish: bool, adopt: bool, wait: float, org: str | None, form: str) -> None:
    """Bring the condition of FILE to the org, atomically: read, merged, written by etag, verified.

    FILE says the action's `name:`; one that does not exist is created as a draft with conditions alone.
    In a project, what others changed since the last time is kept, or stops it with exit code 6.
    """
    from trunkline.cli.orgs import open_org
    from trunkline.clouds.genesys.guides.conditions import InvalidCondition

    read, catalogue, _ = sound_file(file)
    if read.action is None:
        raise UsageError(f"{file} names no action", hint="write name: beside when:")
    wanted: list[Json] = [to_wire(tree) for tree in read.conditions.trees]
    with open_org(org, "guides") as opened:
        try:
            done = _upserted(opened, file, read.action, wanted, wait, adopt=adopt)
        except InvalidCondition as error:
            raise _placed(read, error, catalogue) from None
        if publish:
            opened.cloud.conditions.publish(done.id)
    if form == "json":
        emit_json(
            {
                "id": done.id,
                "name": done.name,
                "status": done.status,
                "etag": done.etag,
                "latencyMs": round(done.latency_ms, 1),
                "attempts": done.attempts,
                "correlationId": done.correlation_id,
            }
        )
    else:
        emit(f"{done.status} {done.name}: id {done.id}, etag {done.etag}, {done.latency_ms:.0f} ms")


def _upserted(
    opened: Org, file: Path, name: str, wanted: list[Json], wait: float, *, adopt: bool
) -> Upserted:
    """Three ways in a project; without one, what the org has is overwritten."""
    config = project_if_any(file.resolve().parent)
    if config is None:
        return opened.cloud.conditions.upsert(name, wanted)
    from trunkline.apply.conditions import apply_conditions
    from trunkline.library import Project
    from trunkline.project.lock import Lock

    lock = Lock.read(config.root, opened.name)
    right = partial(Project(config).writing, opened, wait)
    return apply_conditions(opened.cloud.conditions, lock, name, wanted, right, adopt=adopt)


def _placed(read: ConditionFile, error: InvalidCondition, catalogue: Catalogue | None) -> InvalidInput:
    """What the org refused, by file and line."""
    from trunkline.clouds.genesys.guides.conditions import parse_shown
    from trunkline.domain.condition.write import origins

    written = {
        path: origin
        for index, tree in enumerate(read.conditions.trees)
        for path, origin in origins(tree, ("conditions", index))
    }
    faults: list[str] = []
    for shown, said in error.paths:
        path = parse_shown(shown)
        while path and path not in written:
            path = path[:-1]
        faults.append(f"{read.source.place(written.get(path, read.at))}: {said}")
    missing = any("there is no data set" in fault for fault in faults)
    hint = (
        "trunkline apply --surface guides brings the data sets of a project to the org" if missing else None
    )
    return InvalidInput(error.message, faults=tuple(faults), hint=hint if catalogue else None)


def _remarks(read: ConditionFile, catalogue: Catalogue | None) -> list[JsonObject]:
    from trunkline.engine.condition import lint as look_over

    return [
        _finding(read, each.rule, each.path, f"{read.source.place(each.path)}: {each.message}")
        for tree in read.conditions.trees
        for each in look_over(tree, catalogue)
    ]


def _finding(read: ConditionFile, rule: str, path: JsonPath, message: str) -> JsonObject:
    place = read.source.place(path)
    return {"rule": rule, "file": place.file, "line": place.line, "message": message}


def _summary(read: ConditionFile) -> str:
    sets = sorted({leaf.dataset for tree in read.conditions.trees for leaf in leaves(tree)})
    deepest = max(map(depth, read.conditions.trees), default=0)
    return f"{read.name}: sound; depth {deepest}, data sets: {', '.join(sets) or 'none'}"


def _fixed_text(read: ConditionFile, limits: Limits) -> str | None:
    """The text with what broke the limits rewritten; None, told why, where that is not possible."""
    from trunkline.domain.condition.check import shape_faults
    from trunkline.engine.condition import fixed, prove

    faults = [*read.conditions.faults, *(f for tree in read.conditions.trees for f in shape_faults(tree))]
    if faults:
        raise InvalidInput(f"{read.name} has faults", faults=tuple(map(read.told, faults)))
    trees: list[Node] = []
    for tree in read.conditions.trees:
        better = fixed(tree, limits)
        if better is None:
            talk(f"{read.name}: no equivalent condition inside the limits was found")
            return None
        if better is not tree:
            proof = prove(tree, better)
            if not proof.equal:
                raise AssertionError(f"the rewriting of {read.name} would say something else")
            talk(f"{read.name}: {proof}")
        trees.append(better)
    unchanged = all(new is old for new, old in zip(trees, read.conditions.trees, strict=True))
    return read.text if unchanged else rewritten(read, trees)
