"""Sends what a command does to a collector of OpenTelemetry, as the standard variables say.

https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click

from trunkline.errors import UsageError

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

    from trunkline.clouds.tracing import OpenTelemetry

_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_RESOURCE = "OTEL_RESOURCE_ATTRIBUTES"
_SIGNALS = ("traces", "metrics")
_PROTOCOLS = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}
_TIMEOUT = 2.0
"""Seconds that the end of a command waits for a collector, once for spans and once for metrics."""


@dataclass(frozen=True, slots=True)
class Telemetry:
    """One command's span and what hears of its requests."""

    observer: OpenTelemetry
    span: Span
    tracers: TracerProvider
    meters: MeterProvider

    def close(self, error: BaseException | None) -> None:
        """Ends the command's span and sends what is left; a collector that is not there fails no command."""
        from opentelemetry.trace import StatusCode

        if error is not None and not isinstance(error, click.exceptions.Exit):
            self.span.set_status(StatusCode.ERROR, type(error).__name__)
        self.span.end()
        self.tracers.shutdown()
        self.meters.shutdown()


def open_telemetry(command: str, begun: float) -> Telemetry | None:
    """What the variables ask for; None where they name no exporter.

    Raises UsageError for an exporter that is not installed.
    """
    names = {signal: _exporters(signal, os.environ) for signal in _SIGNALS}
    if not any(names.values()) or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        click.echo("note: OTEL_* names a collector; without trunkline[otel] nothing is sent to it", err=True)
        return None
    return _open(names, command, begun)


def _open(names: Mapping[str, list[str]], command: str, begun: float) -> Telemetry:
    from opentelemetry import trace
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    from trunkline.clouds.tracing import OpenTelemetry
    from trunkline.version import __version__

    # One line where a collector is not there, not one for each attempt.
    logging.getLogger("opentelemetry.exporter").setLevel(logging.ERROR)
    named = os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get(_RESOURCE, "")
    resource = Resource.create({} if named else {"service.name": "trunkline"})
    readers = [PeriodicExportingMetricReader(_exporter("metrics", name)) for name in names["metrics"]]
    tracers, meters = TracerProvider(resource=resource), MeterProvider(readers, resource)
    for name in names["traces"]:
        tracers.add_span_processor(BatchSpanProcessor(_exporter("traces", name)))
    carrier = {"traceparent": os.environ.get("TRACEPARENT", "")}
    span = tracers.get_tracer("trunkline", __version__).start_span(
        command, TraceContextTextMapPropagator().extract(carrier), start_time=round(begun * 1e9)
    )
    parent = trace.set_span_in_context(span)
    return Telemetry(OpenTelemetry(parent=parent, tracers=tracers, meters=meters), span, tracers, meters)


def _exporters(signal: str, environ: Mapping[str, str]) -> list[str]:
    """The names of a signal's exporters; otlp where only an endpoint is given."""
    given = environ.get(f"OTEL_{signal.upper()}_EXPORTER", "")
    if not given and (environ.get(_ENDPOINT) or environ.get(f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT")):
        given = "otlp"
    return [name for each in given.split(",") if (name := each.strip()) and name != "none"]


def _exporter(signal: str, name: str) -> Any:
    if name == "otlp":
        special = os.environ.get(f"OTEL_EXPORTER_OTLP_{signal.upper()}_PROTOCOL")
        protocol = special or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL") or "http/protobuf"
        name = _PROTOCOLS.get(protocol, protocol)
    found: list[EntryPoint] = list(entry_points(group=f"opentelemetry_{signal}_exporter", name=name))
    if not found:
        raise UsageError(
            f"no exporter {name} of OpenTelemetry is installed, which OTEL_{signal.upper()}_EXPORTER or"
            " OTEL_EXPORTER_OTLP_PROTOCOL asks for",
            hint="trunkline[otel] brings otlp over http/protobuf; OTEL_SDK_DISABLED=true sends nothing",
        )
    exporter: Any = found[0].load()
    if name == "console":
        return exporter(out=sys.stderr)
    timeouts = any("OTLP" in key and "TIMEOUT" in key for key in os.environ)
    return exporter() if timeouts else exporter(timeout=_TIMEOUT)
