"""`trunkline test`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trunkline.cli.common import (
    emit,
    open_project,
    org_option,
    output_option,
    project_if_any,
    project_option,
    talk,
)
from trunkline.domain.kinds import KINDS
from trunkline.errors import UsageError
from trunkline.project.config import CONFIG_FILE
from trunkline.project.load import load_project
from trunkline.project.suite import Coverage, Live, SuiteResult, read_tests, run_tests
from trunkline.project.suite.flows import FlowCoverage, FlowSubjects, read_flow_tests, run_flow_tests
from trunkline.project.suite.scripts import run_script_tests
from trunkline.render.suite import FORMATS, render_suite

if TYPE_CHECKING:
    from trunkline.clouds.session import Session


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--filter", "-k", "pattern", default="", help="Only cases whose name or action holds this.")
@click.option("--verbose", "-v", is_flag=True, help="List the cases that passed, too.")
@click.option(
    "--coverage", is_flag=True, help="Show inputs, paths, defaults and branches that no case reaches."
)
@click.option("--live", is_flag=True, help="Ask the real services, for the cases that have a cassette.")
@click.option("--record", is_flag=True, help="Like --live, and write the cassettes anew, secrets masked.")
@click.option("--update-snapshots", "update", is_flag=True, help="Write the snapshots of flow tests anew.")
@click.option("--watch", is_flag=True, help="Run again whenever a file of the project changes.")
@project_option
@org_option
@output_option(*FORMATS)
def test(
    files: tuple[Path, ...],
    pattern: str,
    verbose: bool,
    coverage: bool,
    live: bool,
    record: bool,
    update: bool,
    watch: bool,
    folder: Path | None,
    org: str | None,
    form: str,
) -> int:
    """Run the project's tests offline: all *.test.yaml and *.flowtest.yaml files, or FILES."""
    chosen = tuple(file.resolve() for file in files)
    tests = _Tests(chosen, pattern, verbose, coverage, live or record, record, update, folder, org, form)
    if not watch:
        return tests.run()
    if tests.live:
        raise UsageError("--watch runs offline: it would ask the services at every save")
    from trunkline.cli.watch import watch as watch_files

    root = open_project(folder).root
    return watch_files(
        (root / "actions", root / "flows", root / "scripts", root / CONFIG_FILE, *chosen), tests.run
    )


@dataclass(frozen=True, slots=True)
class _Tests:
    files: tuple[Path, ...]
    pattern: str
    verbose: bool
    coverage: bool
    live: bool
    record: bool
    update: bool
    folder: Path | None
    org: str | None
    form: str

    def run(self) -> int:
        of_flows = tuple(file for file in self.files if ".flowtest." in file.name)
        of_scripts = tuple(file for file in self.files if file.parent.name == "scripts")
        of_actions = tuple(file for file in self.files if file not in (*of_flows, *of_scripts))
        alone = bool(of_flows) and len(of_flows) == len(self.files) and project_if_any(self.folder) is None
        config = None if alone else open_project(self.folder)
        root = config.root if config else Path.cwd()
        cases = read_flow_tests(root, of_flows) if of_flows or not self.files else []
        kinds = [kind for kind in KINDS if cases or kind != "flow"]  # flows are many and large
        loaded = load_project(config, self.org, kinds=kinds) if config else None
        actions = loaded.of_kind("data_action") if loaded else []
        coverage, seen = (Coverage(), FlowCoverage()) if self.coverage else (None, None)
        with ExitStack() as stack:
            live = self._live(stack) if self.live else None
            tests = read_tests(config.root, of_actions) if config and (of_actions or not self.files) else []
            sets = loaded.of_kind("data_set") if loaded else []
            suite = run_tests(tests, actions, self.pattern, live=live, coverage=coverage, data_sets=sets)
        if loaded and config and (of_scripts or not self.files):
            scripts = run_script_tests(config.root, loaded.of_kind("script_action"), of_scripts, self.pattern)
            suite = SuiteResult((*suite.results, *scripts.results), (*suite.findings, *scripts.findings))
        if cases:
            subjects = FlowSubjects(loaded.of_kind("flow") if loaded else [], actions)
            flows = run_flow_tests(cases, subjects, self.pattern, coverage=seen, update=self.update)
            suite = SuiteResult((*suite.results, *flows.results), (*suite.findings, *flows.findings))
        report = coverage.report(actions) if coverage else None
        of_flow = seen.report() if seen else ()
        emit(render_suite(suite, self.form, verbose=self.verbose, coverage=report, flows=of_flow))
        sys.stdout.flush()
        if not suite.results and not suite.findings:
            talk("no test ran: write actions/NAME.test.yaml, or look at --filter")
        return 0 if suite.passed else 1

    def _live(self, stack: ExitStack) -> Live:
        from trunkline.cli.orgs import open_org
        from trunkline.clouds.service import Service
        from trunkline.clouds.transport_any import AnyTransport

        transport = AnyTransport()
        stack.callback(transport.close)

        def session() -> Session:
            return stack.enter_context(open_org(self.org, None, self.folder)).cloud.session

        return Live(Service(transport, session), self.record)
