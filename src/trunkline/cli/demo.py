"""`trunkline demo`: the whole story, each step with the command a user would type."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click

from trunkline.cli.common import emit
from trunkline.errors import Refused, TrunklineError
from trunkline.render.style import bold, colour, dim

_EDITED = "actions/get-local-weather.yaml"
_RAN_FOR = "latitude=52.52", "longitude=13.41"


@dataclass(frozen=True, slots=True)
class Step:
    """A remark, and the command it is about; `tail` keeps to the last lines of what it prints."""

    remark: str
    command: str
    tail: int = 12


_STORY = (
    Step("A new project: a data action in YAML, with a test beside it.", "trunkline init ."),
    Step(
        "The embedded emulator holds a sample contact centre. Bring it into files.",
        "trunkline pull --org emulator",
        tail=4,
    ),
    Step("Check every file offline: rules with ids, places and fixes.", "trunkline check", tail=7),
    Step(
        "Run the tests offline: templates, mappings and contracts, as the cloud runs them.",
        "trunkline test -v",
    ),
    Step("What would change in the org?", "trunkline plan --org emulator"),
    Step(
        "Apply it: a draft is made, validated, published, and read again.",
        "trunkline apply --org emulator --yes",
    ),
    Step(
        "Test it in the org, step by step, against a recorded reply of the weather service.",
        f"trunkline action test 'Get Local Weather' --org emulator -s {_RAN_FOR[0]} -s {_RAN_FOR[1]}",
        tail=20,
    ),
    Step(
        "An edit: the service is slow today, so wait 20 seconds.",
        f"sed -i 's/timeout: 10/timeout: 20/' {_EDITED}",
    ),
    Step("The plan shows the one field.", "trunkline plan --org emulator"),
    Step("Apply it.", "trunkline apply --org emulator --yes", tail=3),
    Step(
        "The vendor's own view of the new version.",
        "trunkline action show 'Get Local Weather' --org emulator --output json",
        tail=60,
    ),
    Step(
        "Export every flow of the org as JSON.",
        "trunkline flow export --org emulator --all --json --output-dir exports",
        tail=4,
    ),
    Step("Validate what was exported.", "trunkline flow validate exports", tail=8),
)


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to play it; else a temporary folder.",
)
def demo(folder: Path | None) -> None:
    """Play the whole story on the embedded emulator: no account, no network."""
    place = folder or Path(tempfile.mkdtemp(prefix="trunkline-demo-"))
    if folder and folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} is not empty", hint="choose a new folder")
    place.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    for number, step in enumerate(_STORY, 1):
        emit(f"\n{bold(f'{number}. {step.remark}')}")
        emit(f"{colour('$', 'green')} {step.command}")
        _play(step, place)
    emit(f"\n{bold('Done')} in {time.perf_counter() - start:.0f} s. What to do next:")
    emit(f"  cd {shlex.quote(str(place))}      {dim('the project of this demo')}")
    run = f"trunkline action run 'Get Local Weather' -s {_RAN_FOR[0]} -s {_RAN_FOR[1]}"
    emit(f"  {run}   {dim('explain a run')}")
    emit(f"  trunkline emulator serve      {dim('the same cloud for your own scripts and SDKs')}")
    emit(f"  trunkline auth login --help   {dim('your own org')}")


def _play(step: Step, place: Path) -> None:
    """Carries out one step in a process of its own, as a shell would, and shows the end of what it prints."""
    if step.command.startswith("sed "):
        file = place / _EDITED
        file.write_text(
            file.read_text(encoding="utf-8").replace("timeout: 10", "timeout: 20"), encoding="utf-8"
        )
        return
    args = [sys.executable, "-m", "trunkline", *shlex.split(step.command)[1:]]
    environment = {name: value for name, value in os.environ.items() if not _chooses_an_org(name)}
    done = subprocess.run(
        args,
        cwd=place,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if not line.startswith("note:")]
    if len(lines) > step.tail:
        emit(dim(f"… {len(lines) - step.tail} lines more"))
    for line in lines[-step.tail :]:
        emit(line)
    if done.returncode != 0:
        raise TrunklineError(f"{step.command} ended with {done.returncode}", hint="please report this")


def _chooses_an_org(name: str) -> bool:
    return name.startswith(("TRUNKLINE_", "GENESYS_", "CXONE_"))
