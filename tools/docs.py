"""The generated pages of docs/: rules.md from the registry of rules, reference.md from the commands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from tests.driven import HTTP, JAVASCRIPT, PYTHON, record

from trunkline.cli.main import cli
from trunkline.emulator import catalogue
from trunkline.emulator.routes import Route
from trunkline.rules import Rule, rule_sets

DOCS = Path(__file__).resolve().parents[1] / "docs"
GENERATED = "<!-- Written by `make docs`; change the source, not this page. -->"

_KINDS = {"data_action": "Data actions", "flow": "Flows"}
_ABOUT_RULES = """\
`trunkline check` holds the files of a project against these rules, offline. An *error* fails the check, a
*warning* fails it with `--strict`, an *info* never does. A rule is switched off for a project in
`trunkline.toml`:

```toml
[rules]
disabled = ["action-missing-default"]

[rules.ignore]
"actions/legacy-*.json" = ["action-plain-http", "action-unescaped-json"]
```

`[rules.ignore]` is about the files that a glob fits, by their paths from the project's folder; `*` stands
for any text, `/` included. In YAML a comment does the same for one line, at its end or on a line of its own
above it (in a script it starts with `//`):

```yaml
request:
  # trunkline: ignore action-plain-http
  url: http://intranet.example/prices
  timeout: 90  # trunkline: ignore action-timeout-range, action-missing-default
```

A rule that there is not is refused, with the name that was probably meant."""
_ABOUT_COMMANDS = """\
Results go to stdout, everything else to stderr. Exit codes: 0 ok · 1 failed or findings · 2 differences,
where the command says so · 3 no target or authentication · 4 partial · 5 interrupted · 6 refused as unsafe ·
64 usage."""


_ABOUT_COVERAGE = """\
How a route is known: *spec*, the vendor documents it, and tests hold method, path, rights and the fields
of its answers against that description; *client*, a client of the vendor's relies on it; *assumed*, our
reading, or an endpoint of the guides. Everything else is answered 501, with the nearest known routes.

Driven by: whose requests are answered by the route in the tests. *py* and *js* are the vendor's SDKs for
Python and JavaScript, *http* is raw HTTP written from the description, with every answer held against it;
the emulator's journal tells which routes they reached. `trunkline emulator openapi` prints what each takes
and answers."""
_SURFACES = {
    ("genesys", "public"): "Genesys Cloud",
    ("genesys", "guides"): "The guides",
    ("genesys", "oauth"): "Tokens",
    ("cxone", "public"): "NICE CXone",
}


def rules_page() -> str:
    """Every rule by kind: what it finds, why it matters, an example, the fix."""
    parts = ["# Rules", GENERATED, _ABOUT_RULES]
    for rules in rule_sets():
        title = _KINDS.get(rules.kind, rules.kind)
        ordered = sorted(rules.rules, key=lambda rule: rule.id)
        rows = [f"| [`{rule.id}`](#{rule.id}) | {rule.severity} | {_cell(rule.title)} |" for rule in ordered]
        parts += [f"## {title}", "\n".join(["| rule | severity | what |", "|---|---|---|", *rows])]
        parts += [_rule(rule) for rule in ordered]
    return "\n\n".join(parts) + "\n"


def _rule(rule: Rule[Any]) -> str:
    is_prose = rule.fix.endswith((".", ")", "`"))
    return "\n\n".join(
        [
            f"### {rule.id}",
            f"*{rule.severity}*: {rule.title}.",
            rule.explanation,
            _fenced(rule.example),
            f"Fix: {rule.fix}" if is_prose else f"Fix:\n\n{_fenced(rule.fix)}",
        ]
    )


def _fenced(text: str) -> str:
    fence = "~~~~" if "```" in text else "```"
    return f"{fence}text\n{text}\n{fence}"


def reference_page() -> str:
    """Every command with its arguments and options."""
    parts = ["# Command reference", GENERATED, _ABOUT_COMMANDS]
    for path, command in _commands(("trunkline",), cli):
        parts += _command(path, command)
    return "\n\n".join(parts) + "\n"


def _commands(path: tuple[str, ...], group: click.Group) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group, info_name=path[-1])
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from _commands((*path, name), command)


def _command(path: tuple[str, ...], command: click.Command) -> Iterator[str]:
    yield f"{'#' * min(len(path), 3)} {' '.join(path)}"
    if command.help:
        yield _paragraphs(command.help)
    if isinstance(command, click.Group):
        return
    pieces = command.collect_usage_pieces(click.Context(command, info_name=path[-1]))
    yield f"```text\n{' '.join([*path, *pieces])}\n```"
    options = [each for each in command.params if isinstance(each, click.Option) and not each.hidden]
    if options:
        rows = [f"| {_flags(option)} | {_cell(_explained(option))} |" for option in options]
        yield "\n".join(["| option | what |", "|---|---|", *rows])


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.replace("\b", "").split("\n\n"))


def _flags(option: click.Option) -> str:
    flags = ", ".join(f"`{flag}`" for flag in [*option.opts, *option.secondary_opts])
    if option.is_flag or option.count:
        return flags
    return f"{flags} `{_value(option)}`"


def _value(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return r"\|".join(map(str, option.type.choices))
    return (option.metavar or option.type.name).upper()


def _explained(option: click.Option) -> str:
    text = option.help or ""
    if option.show_default and isinstance(option.default, str | int | float):
        text += f" [default: {option.default}]"
    return text


def _cell(text: str) -> str:
    """Text that is safe in a cell of a table."""
    escaped = text.replace("|", r"\|").replace("<", "&lt;")
    return re.sub(r"\s+", " ", escaped).strip()


def coverage_page() -> str:
    """Every route of the emulator but its own, with how it is known."""
    routes = [route for route in catalogue.routes() if route.surface != "admin"]
    known = Counter(route.known for route in routes)
    counts = ", ".join(f"{count} {how}" for how, count in sorted(known.items()))
    drivers = _drivers()
    driven = Counter(name for names in drivers.values() for name in names)
    tried = ", ".join(f"{driven[short]} by {short}" for short in _SHORT.values())
    told = f"{len(routes)} routes: {counts}; driven {tried}."
    parts = ["# What the emulator answers", GENERATED, _ABOUT_COVERAGE, told]
    groups: dict[str, list[Route]] = {}
    for route in routes:
        groups.setdefault(_SURFACES.get((route.cloud, route.surface), route.cloud), []).append(route)
    for title, members in groups.items():
        ordered = sorted(members, key=lambda route: (route.pattern, route.method))
        rows = [
            f"| `{route.method}` | `{route.pattern}` | {route.known} "
            f"| {' '.join(drivers.get(f'{route.method} {route.pattern}', ()))} | {_cell(route.summary)} |"
            for route in ordered
        ]
        head = ["| method | path | known | driven by | what |", "|---|---|---|---|---|"]
        parts += [f"## {title}", "\n".join([*head, *rows])]
    return "\n\n".join(parts) + "\n"


_SHORT = {PYTHON: "py", JAVASCRIPT: "js", HTTP: "http"}


def _drivers() -> dict[str, list[str]]:
    """Who drives a route in the tests, by `METHOD /pattern`."""
    found: dict[str, list[str]] = {}
    for client, short in _SHORT.items():
        for name in sorted({each for routes in record().get(client, {}).values() for each in routes}):
            found.setdefault(name, []).append(short)
    return found


PAGES: dict[str, Callable[[], str]] = {
    "rules.md": rules_page,
    "reference.md": reference_page,
    "coverage.md": coverage_page,
}


def main() -> None:
    """Writes every generated page."""
    DOCS.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
        print(f"wrote docs/{name}")


if __name__ == "__main__":
    main()
