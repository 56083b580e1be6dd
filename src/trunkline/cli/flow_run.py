"""`trunkline flow run`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from trunkline.cli.common import emit, emit_json, org_option, surface_option, talk
from trunkline.cli.flow_paths import runnable
from trunkline.cli.flow_player import Player, scripted
from trunkline.cli.flow_sides import SIDE, one, open_sides
from trunkline.cli.inputs import read_json_file
from trunkline.domain.json import Json, JsonObject
from trunkline.engine.flow import Program, Result, Verdict, build
from trunkline.engine.flow.explore import usual_answers
from trunkline.errors import InvalidInput, UsageError
from trunkline.project.files import read_text
from trunkline.project.jsonfile import JsonFault, parse_json
from trunkline.project.suite.flows import FlowCase, read_flow_tests
from trunkline.project.suite.flows.read import case_of
from trunkline.project.yamlfile import YamlFault, parse_yaml
from trunkline.render.flow_run import execution_data, run_json, run_text


@click.command(epilog=SIDE)
@click.argument("flow")
@click.option(
    "--press", "--say", "said", multiple=True, metavar="WORDS",
    help="What the caller presses or says next; several in order. Empty is silence.",
)  # fmt: skip
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="A variable: Call.Ani=+1317…")
@click.option(
    "--script", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Inputs, mocks and steps: a test of *.flowtest.yaml, or its content alone in YAML or JSON.",
)  # fmt: skip
@click.option("--case", "name", help="Which test of --script, by a part of its name; else the first.")
@click.option("--fill", is_flag=True, help="Answer what nothing is said of in the most ordinary way.")
@click.option("--interactive", "-i", is_flag=True, help="Ask at the terminal. On by default without --say.")
@click.option("--variables", is_flag=True, help="Show all variables at the end.")
@click.option(
    "--output", "-o", "form", type=click.Choice(("text", "json", "execution")), default="text",
    show_default=True, help="The trace; execution is the form of the vendor's flow execution data.",
)  # fmt: skip
@org_option
@surface_option
def run(
    flow: str,
    said: tuple[str, ...],
    pairs: tuple[str, ...],
    script: Path | None,
    name: str | None,
    fill: bool,
    interactive: bool,
    variables: bool,
    form: str,
    org: str | None,
    surface: str | None,
) -> int:
    """Run a flow offline: at the terminal, or by --press, --say and --script.

    At the terminal you hear what a caller hears, press keys and say words, and answer for the services
    behind the flow; :vars shows variables, :step stops after every action, :back takes an answer back.
    """
    with open_sides(org, surface) as sides:
        program = build(runnable(one(sides.read(flow), flow)))
    case = _with(_script(script, name) if script else case_of(_EMPTY), said, pairs)
    if interactive or (not said and script is None and not fill and sys.stdin.isatty()):
        result = Player(program, case, _read, emit).play()
        return 0 if result is None else _code(result)
    return _scripted(program, case, fill, form, variables)


_EMPTY: JsonObject = {"name": "run", "expect": {"errors": "none"}}


def _scripted(program: Program, case: FlowCase, fill: bool, form: str, variables: bool) -> int:
    result, faults = scripted(program, case, fill=usual_answers(program) if fill else None)
    if form == "json":
        emit_json(run_json(result))
    elif form == "execution":
        emit_json(execution_data(result, start=case.now))
    else:
        emit(run_text(result, variables=variables))
    for fault in faults:
        talk(fault)
    return 1 if faults else _code(result)


def _code(result: Result) -> int:
    return 0 if result.verdict is Verdict.ENDED and not result.errors else 1


def _read(prompt: str) -> str:
    click.echo(prompt, nl=False)
    try:
        return input()
    except EOFError:
        return ":quit"


def _with(case: FlowCase, said: tuple[str, ...], pairs: tuple[str, ...]) -> FlowCase:
    """The case with what the command line adds."""
    steps: list[JsonObject] = [{"say": words} if words else {"wait": True} for words in said]
    given = dict(case.given)
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"{pair!r} is not NAME=VALUE", hint="write for example Call.Ani=+13175550142")
        given[name] = _value(text)
    return replace(case, given=given, steps=(*case.steps, *steps))


def _value(text: str) -> Json:
    """Lists and objects are JSON; the rest is text, which fits itself to the variable's type."""
    if text[:1] not in ("[", "{"):
        return text
    try:
        return parse_json(text)
    except JsonFault as fault:
        raise UsageError(f"{text!r} is {fault}") from None


def _script(file: Path, name: str | None) -> FlowCase:
    """A test of a file. Raises InvalidInput with every fault of the file."""
    if ".flowtest." in file.name:
        (tests,) = read_flow_tests(Path.cwd(), [file.resolve()])
        if tests.findings:
            raise InvalidInput("has faults", where=str(file), faults=tuple(map(str, tests.findings)))
        wanted = [case for case in tests.cases if (name or "").casefold() in case.name.casefold()]
        if not wanted:
            raise UsageError(f"{file} has no test with {name!r} in its name")
        return wanted[0]
    try:
        value = read_json_file(file) if file.suffix == ".json" else parse_yaml(read_text(file)).value
        if not isinstance(value, dict):
            raise InvalidInput("holds no object", where=str(file))
        return case_of({**_EMPTY, **value})
    except YamlFault as fault:
        line, column, message = fault.faults[0]
        raise InvalidInput(message, where=f"{file}:{line}:{column}") from None
    except ValueError as error:
        raise InvalidInput(str(error), where=str(file)) from None
