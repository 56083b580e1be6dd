"""A test of a flow: what is given, what the outside answers, what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path as FilePath

from trunkline.domain.finding import Finding
from trunkline.domain.json import Json, JsonObject
from trunkline.domain.resource import Place
from trunkline.engine.flow import START


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a mock: the output it chooses (`success`, `found`, `open`) and the values it brings.

    `input` is what has to be handed over. `service` is a recorded answer of the service behind a data
    action: the action itself then runs on it.
    """

    output: str
    values: JsonObject = field(default_factory=dict[str, Json])
    input: JsonObject | None = None
    service: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, slots=True)
class Mock:
    """Answers in turn; with `repeats`, the only one answers every time. `rows` are those of a table."""

    replies: tuple[Reply, ...] = ()
    repeats: bool = False
    rows: Mapping[str, JsonObject] | None = None


@dataclass(frozen=True, slots=True)
class FlowCase:
    """One run of a flow. `given` are values by the names of variables; `mocks` are by kind and name."""

    name: str
    place: Place
    given: JsonObject = field(default_factory=dict[str, Json])
    now: datetime = START
    language: str = ""
    participant_data: Mapping[str, str] = field(default_factory=dict[str, str])
    mocks: Mapping[str, Mapping[str, Mock]] = field(default_factory=dict[str, Mapping[str, Mock]])
    steps: tuple[JsonObject, ...] = ()
    queue: JsonObject = field(default_factory=dict[str, Json])
    org: Json = None
    run: tuple[str, ...] = ()
    """Other flows of the project that run for real where this one calls them."""
    expect: JsonObject = field(default_factory=dict[str, Json])


@dataclass(frozen=True, slots=True)
class FlowTestFile:
    """The cases of one file, for the flow it names or that lies beside it. `path` is the file itself."""

    __test__ = False

    file: str
    path: FilePath
    flow: str | None
    cases: tuple[FlowCase, ...]
    findings: tuple[Finding, ...] = ()
