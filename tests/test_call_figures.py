"""What calls cost: a table, JSON, a file for Prometheus, spans and metrics for OpenTelemetry."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from prometheus_client.parser import text_string_to_metric_families

import trunkline as library
from tests.cli import Done, trunkline
from tests.fake_cloud import TARGET, FakeCloud, answer, script
from tests.flow_org import variables
from trunkline.clouds.session import Session, route
from trunkline.clouds.tracing import OpenTelemetry
from trunkline.errors import CloudError, NoAnswer

ME = "/api/v2/organizations/me"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def whoami(emulator, org, monkeypatch):
    """`whoami("--stats")` asks a fresh org who we are to it."""
    for name, value in variables(emulator, org).items():
        monkeypatch.setenv(name, value)

    def run(*args: str | Path) -> Done:
        return trunkline("auth", "whoami", *args)

    return run


def test_stats_are_a_table_on_stderr_and_leave_the_result_alone(whoami):
    plain, done = whoami(), whoami("--stats")

    assert done.out == plain.out
    assert done.code == 0
    head, *rows = done.err.splitlines()
    assert head.split()[1:] == ["requests", "retries", "waited", "s", "bytes", "p50", "ms", "p95", "ms"]
    assert {tuple(row.split()[:4]) for row in rows[:-1]} == {
        ("POST", "/oauth/token", "1", "0"),
        ("GET", ME, "1", "0"),
    }
    assert rows[-1].split()[:3] == ["all", "2", "0"]
    assert not plain.err


def test_retries_and_waits_are_told_also_where_the_command_fails(whoami, api):
    for fault in ({"fault": "429", "retryAfter": "0"}, {"fault": "429", "retryAfter": "119"}):
        api.call("POST", "/_trunkline/faults", {"route": f"GET {ME}", "org": api.access.id, **fault})
    done = whoami("--stats", "--deadline", "90s")
    api.call("DELETE", "/_trunkline/faults")

    assert done.code == 1
    row = next(line for line in done.err.splitlines() if line.startswith("GET "))
    assert int(row.split()[3]) >= 1
    assert done.err.index("p95") < done.err.index("error")


def test_without_a_call_the_table_says_so(tmp_path, monkeypatch):
    for name in [each for each in os.environ if each.startswith("TRUNKLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(tmp_path))
    done = trunkline("auth", "whoami", "--stats", cwd=tmp_path)

    assert done.code == 3
    assert done.err.startswith("no cloud was called\n")


def test_figures_are_kept_as_json(whoami, tmp_path):
    file = tmp_path / "calls.json"
    assert whoami("--stats-file", file).code == 0
    told = json.loads(file.read_text())

    assert told["command"] == "trunkline auth whoami"
    (org,) = told["orgs"]
    assert (org["requests"], org["retries"]) == (2, 0)
    by_route = {each["route"]: each for each in org["routes"]}
    assert by_route[f"GET {ME}"]["bytes"] > 100
    assert 0 < by_route[f"GET {ME}"]["p50_ms"] <= by_route[f"GET {ME}"]["p95_ms"]
    assert sum(each["bytes"] for each in org["routes"]) == org["bytes"]


def test_a_file_for_prometheus_is_in_its_text_format_and_replaced_in_one_go(whoami, tmp_path):
    file = tmp_path / "trunkline.prom"
    file.write_text("of an earlier run")
    assert whoami("--stats-file", file).code == 0
    families = {family.name: family for family in text_string_to_metric_families(file.read_text())}

    requests = {
        (each.labels["method"], each.labels["route"]): each.value
        for each in families["trunkline_run_requests"].samples
    }
    assert requests == {("POST", "/oauth/token"): 1, ("GET", ME): 1}
    assert {
        each.labels["quantile"] for each in families["trunkline_run_request_duration_seconds"].samples
    } == {
        "0.5",
        "0.95",
    }
    assert families["trunkline_run_start_time_seconds"].samples[0].labels == {
        "command": "trunkline auth whoami"
    }
    assert [each.name for each in tmp_path.iterdir()] == ["trunkline.prom"]


def test_a_file_that_cannot_be_written_is_a_usage_error_before_anything_is_asked(whoami, api, tmp_path):
    api.call("DELETE", "/_trunkline/journal")
    done = whoami("--stats-file", tmp_path / "nowhere" / "calls.json")

    assert done.code == 64
    assert "is not there" in done.err
    paths = [each["path"] for each in api.call("GET", "/_trunkline/journal").json()]
    assert ME not in paths


@pytest.fixture
def telemetry():
    """Real providers of the SDK that keep what they are given."""
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers, meters = TracerProvider(), MeterProvider([reader])
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    yield OpenTelemetry(tracers=tracers, meters=meters), spans, reader
    tracers.shutdown()
    meters.shutdown()


def measured(reader: InMemoryMetricReader) -> dict[str, list]:
    data = reader.get_metrics_data()
    assert data is not None
    return {
        metric.name: list(metric.data.data_points)
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }


def test_each_request_is_a_span_by_the_conventions(emulator, org, tmp_path, telemetry):
    observer, spans, reader = telemetry
    environ = variables(emulator, org)
    with library.connect(folder=tmp_path, environ=environ, observers=[observer]) as opened:
        opened.identity()
        with pytest.raises(CloudError):
            opened.cloud.session.get_json(route("/api/v2/flows/{}", "there is none"), {"name": "not told"})

    sign_in, me, missing = spans.get_finished_spans()
    assert [each.name for each in (sign_in, me, missing)] == [
        "POST /oauth/token",
        f"GET {ME}",
        "GET /api/v2/flows/{}",
    ]
    assert me.kind is SpanKind.CLIENT
    assert me.attributes["http.response.status_code"] == 200
    assert me.end_time > me.start_time
    assert missing.status.status_code is StatusCode.ERROR
    assert missing.attributes["url.template"] == "/api/v2/flows/{}"
    assert missing.attributes["error.type"] == "404"
    told = "".join(each.to_json() for each in spans.get_finished_spans())
    assert org.client_secret not in told
    assert "not told" not in told

    durations = measured(reader)["http.client.request.duration"]
    assert sum(point.count for point in durations) == 3
    assert {point.attributes["url.template"] for point in durations} == {
        "/oauth/token",
        ME,
        "/api/v2/flows/{}",
    }


def test_waits_and_retries_are_counted(telemetry):
    observer, spans, reader = telemetry
    broken = NoAnswer("no connection", sent=False)
    cloud = FakeCloud(script(answer(429, retry_after="7"), broken, answer(value={})))
    session = Session(TARGET, transport=cloud, observers=[observer], clock=cloud.clock, sleep=cloud.sleep)
    session.get_json("/x")

    figures = measured(reader)
    assert sum(point.value for point in figures["trunkline.client.retries"]) == 2
    assert sum(point.value for point in figures["trunkline.client.wait.duration"]) >= 9
    statuses = [each.attributes.get("http.response.status_code") for each in spans.get_finished_spans()]
    assert statuses[1:] == [429, None, 200]


class Collector(http.server.BaseHTTPRequestHandler):
    """An OTLP endpoint that keeps what is sent to it."""

    kept: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        self.kept.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def collector():
    kept: list[tuple[str, bytes]] = []
    handler = type("Kept", (Collector,), {"kept": kept})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", kept
    server.shutdown()
    server.server_close()
    thread.join(30)


def test_a_command_sends_its_span_and_figures_to_the_collector_of_the_environment(
    whoami, monkeypatch, collector
):
    url, kept = collector
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "30")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=ci")
    monkeypatch.setenv("TRACEPARENT", f"00-{TRACE}-00f067aa0ba902b7-01")
    assert whoami().code == 0

    spans = [
        (span, resource.resource)
        for path, body in kept
        if path == "/v1/traces"
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    by_name = {span.name: span for span, _ in spans}
    command = by_name["trunkline auth whoami"]
    assert {span.trace_id.hex() for span, _ in spans} == {TRACE}
    assert by_name[f"GET {ME}"].parent_span_id == command.span_id
    attributes = {each.key: each.value.string_value for each in spans[0][1].attributes}
    assert attributes["service.name"] == "trunkline"
    assert attributes["deployment.environment.name"] == "ci"
    metrics = [ExportMetricsServiceRequest.FromString(body) for path, body in kept if path == "/v1/metrics"]
    assert "http.client.request.duration" in str(metrics)


def test_a_command_that_fails_marks_its_span(whoami, monkeypatch, collector):
    url, kept = collector
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "30")
    monkeypatch.setenv("TRUNKLINE_CLIENT_SECRET", "wrong")
    assert whoami().code == 3

    (traces,) = [ExportTraceServiceRequest.FromString(body) for path, body in kept if path == "/v1/traces"]
    spans = [span for scope in traces.resource_spans[0].scope_spans for span in scope.spans]
    command = next(span for span in spans if span.name == "trunkline auth whoami")
    assert (command.status.code, command.status.message) == (2, "AuthenticationFailed")


def test_an_exporter_that_is_not_installed_is_named(whoami, monkeypatch):
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "zipkin")
    done = whoami()

    assert done.code == 64
    assert "zipkin" in done.err
    assert "OTEL_SDK_DISABLED=true" in done.err
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    assert whoami().code == 0


def test_without_the_variables_nothing_of_opentelemetry_is_loaded(tmp_path):
    probe = (
        "import sys; from trunkline.cli.main import run; code = run(sys.argv[1:]); "
        "print(code, any(n.startswith(('opentelemetry', 'prometheus_client')) for n in sys.modules))"
    )
    args = ["auth", "whoami", "--org", "emulator", "--stats"]
    done = subprocess.run(
        [sys.executable, "-c", probe, *args], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert done.stdout.splitlines()[-1] == "0 False", done.stderr
