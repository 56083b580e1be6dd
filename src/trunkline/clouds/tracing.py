"""Requests and waits for OpenTelemetry, by its semantic conventions for HTTP clients.

https://opentelemetry.io/docs/specs/semconv/http/. Needs `pip install 'trunkline[otel]'`. Routes are
templates, so that a metric has few series; neither queries nor headers nor bodies are told.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from opentelemetry import metrics, trace
from opentelemetry.context import Context
from opentelemetry.util.types import AttributeValue

from trunkline.clouds.metrics import Sent
from trunkline.version import __version__

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
"""The bounds that the conventions advise for durations of requests."""


class OpenTelemetry:
    """An Observer: a span and a measurement a request, counters of waits and retries.

    Providers are the global ones unless given. Spans are children of `parent`, whatever thread a request
    is sent from; without it, of the span that is current there.
    """

    def __init__(
        self,
        *,
        parent: Context | None = None,
        tracers: trace.TracerProvider | None = None,
        meters: metrics.MeterProvider | None = None,
    ) -> None:
        self._parent = parent
        self._tracer = trace.get_tracer("trunkline", __version__, tracers)
        meter = metrics.get_meter("trunkline", __version__, meters)
        self._duration = meter.create_histogram(
            "http.client.request.duration",
            "s",
            "Duration of requests to a cloud.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._size = meter.create_histogram(
            "http.client.response.body.size", "By", "Size of the bodies of answers."
        )
        self._waits = meter.create_counter(
            "trunkline.client.wait.duration", "s", "Time that requests were held back."
        )
        self._retries = meter.create_counter(
            "trunkline.client.retries", "{retry}", "Requests that were tried again."
        )

    def sent(self, request: Sent) -> None:
        """See `Observer.sent`."""
        attributes = _attributes(request)
        self._duration.record(request.seconds, attributes)
        self._size.record(request.bytes, attributes)
        url = urlsplit(request.url)
        span = self._tracer.start_span(
            request.route,
            self._parent,
            trace.SpanKind.CLIENT,
            {**attributes, "url.full": f"{url.scheme}://{url.netloc}{url.path}"},
            start_time=round(request.begun * 1e9),
        )
        if request.status is None or request.status >= 400:
            span.set_status(trace.StatusCode.ERROR, request.error)
        span.end(round((request.begun + request.seconds) * 1e9))

    def waited(self, route: str, seconds: float, *, retry: bool) -> None:
        """See `Observer.waited`."""
        attributes = {"url.template": route.partition(" ")[2], "trunkline.retry": retry}
        self._waits.add(seconds, attributes)
        if retry:
            self._retries.add(1, attributes)


def _attributes(request: Sent) -> dict[str, AttributeValue]:
    method, _, template = request.route.partition(" ")
    url = urlsplit(request.url)
    found: dict[str, AttributeValue] = {
        "http.request.method": method,
        "url.template": template,
        "server.address": url.hostname or "",
        "server.port": url.port or (443 if url.scheme == "https" else 80),
    }
    if request.status is None:
        return {**found, "error.type": "no answer"}
    found["http.response.status_code"] = request.status
    return {**found, "error.type": str(request.status)} if request.status >= 400 else found
