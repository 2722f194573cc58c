"""Figures and traces by OTLP over HTTP, as the standard `OTEL_*` variables say. Named by `wiring` alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import CallbackOptions, Counter, Histogram, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)
from opentelemetry.trace import Span as SdkSpan

from dashbridge.telemetry.meters import Value
from dashbridge.telemetry.trace import Trace

_SCOPE = "dashbridge"


class OTLPInstruments:
    """Counters, distributions and spans, sent in the background; `close` sends what is left."""

    def __init__(self) -> None:
        resource = Resource.create()
        if str(resource.attributes.get(SERVICE_NAME, "")).startswith("unknown_service"):
            resource = resource.merge(Resource({SERVICE_NAME: "dashbridge"}))
        self._traces = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._traces.get_tracer(_SCOPE)
        reader = PeriodicExportingMetricReader(OTLPMetricExporter())
        self._metrics = MeterProvider([reader], resource=resource, shutdown_on_exit=False)
        self._meter = self._metrics.get_meter(_SCOPE)
        self._counters: dict[str, Counter] = {}
        self._distributions: dict[str, Histogram] = {}

    def count(self, name: str, value: int | float, attributes: dict[str, Value]) -> None:
        """Add to a counter."""
        counter = self._counters.get(name)
        if counter is None:
            counter = self._counters[name] = self._meter.create_counter(name)
        counter.add(value, attributes)

    def measure(self, name: str, value: float, attributes: dict[str, Value]) -> None:
        """Add to a distribution."""
        distribution = self._distributions.get(name)
        if distribution is None:
            distribution = self._distributions[name] = self._meter.create_histogram(name)
        distribution.record(value, attributes)

    def gauge(self, name: str, read: Callable[[], int | float]) -> None:
        """Read this whenever figures are sent."""

        def observed(_: CallbackOptions) -> Iterable[Observation]:
            return [Observation(read())]

        self._meter.create_observable_gauge(name, [observed])

    def start(self, name: str, parent: Trace | None, attributes: dict[str, Value]) -> OTLPSpan:
        """Begin a piece of work below `parent`."""
        context = None
        if parent is not None:
            flags = TraceFlags(TraceFlags.SAMPLED if parent.sampled else TraceFlags.DEFAULT)
            above = SpanContext(int(parent.trace_id, 16), int(parent.span_id, 16), is_remote=True, trace_flags=flags)
            context = set_span_in_context(NonRecordingSpan(above))
        kind = SpanKind.SERVER if name == "http.request" else SpanKind.INTERNAL
        return OTLPSpan(self._tracer.start_span(name, context, kind, attributes))

    async def close(self) -> None:
        """Send what is left. An endpoint that does not answer is given up on soon."""
        await asyncio.gather(
            asyncio.to_thread(self._traces.shutdown),
            asyncio.to_thread(self._metrics.shutdown, timeout_millis=2_000),
        )


class OTLPSpan:
    """A piece of work that is being traced."""

    def __init__(self, span: SdkSpan) -> None:
        self._span = span

    @property
    def trace(self) -> Trace:
        """Where it stands."""
        context = self._span.get_span_context()
        return Trace(f"{context.trace_id:032x}", f"{context.span_id:016x}", context.trace_flags.sampled)

    def set(self, **attributes: Value) -> None:
        """Say more of it."""
        self._span.set_attributes(attributes)

    def fail(self, kind: str) -> None:
        """It failed."""
        self._span.set_attribute("error.type", kind)
        self._span.set_status(Status(StatusCode.ERROR))

    def end(self) -> None:
        """It is over."""
        self._span.end()
