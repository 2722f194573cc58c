"""What operators see: logs with trace ids, metrics and traces, and which part is down.

Owns no figure of the business: it carries what other rooms count. It never costs anything where nobody listens: the
OpenTelemetry SDK is imported by `wiring` alone, and only when an endpoint is set. Start with `meters.py`.
"""

from dashbridge.telemetry.logs import configure_logs
from dashbridge.telemetry.meters import Instruments, Span, count, gauge, listened, measure, send_to, span, start
from dashbridge.telemetry.readiness import Kept, Readiness, Report
from dashbridge.telemetry.trace import Trace, current_request, current_trace, read_trace

__all__ = [
    "Instruments",
    "Kept",
    "Readiness",
    "Report",
    "Span",
    "Trace",
    "configure_logs",
    "count",
    "current_request",
    "current_trace",
    "gauge",
    "listened",
    "measure",
    "read_trace",
    "send_to",
    "span",
    "start",
]
