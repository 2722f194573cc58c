"""What a real OTLP/HTTP receiver gets: traces that hang together, figures by bounded attributes, and no words."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from dashbridge import telemetry
from dashbridge.telemetry.otlp import OTLPInstruments
from fakes.otlp_server import OTLPServer, attributes_of

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
DEPLOY = Path(__file__).resolve().parents[3] / "docs" / "deploy.md"


@pytest_asyncio.fixture
async def received(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OTLPServer]:
    """A receiver that the figures of this test go to."""
    with OTLPServer() as server:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.url)
        monkeypatch.setenv("OTEL_METRIC_EXPORT_INTERVAL", "3600000")
        instruments = await asyncio.to_thread(OTLPInstruments)
        telemetry.send_to(instruments)
        try:
            yield server
        finally:
            telemetry.send_to(None)
            await instruments.close()


async def test_requests_turns_and_tools_are_one_trace_and_are_counted(
    received: OTLPServer, client: httpx.AsyncClient, shop: object, shop_yaml: str
) -> None:
    saved = await client.put("/v1/dashboards/shop", content=shop_yaml, headers={"If-None-Match": "*"})
    assert saved.status_code == 201
    for _ in range(2):
        data = await client.get("/v1/dashboards/shop/data?input.region=n", headers={"traceparent": PARENT})
        assert data.status_code == 200
    session = (await client.post("/v1/chat/sessions", json={"connection": "shop"})).json()["session_id"]
    asked = {"message": "How does CANARY amount vary by region?"}
    turn = await client.post(f"/v1/chat/sessions/{session}/messages", json=asked, headers={"traceparent": PARENT})
    assert "event: done" in turn.text
    instruments = telemetry.meters._listening
    assert isinstance(instruments, OTLPInstruments)
    await instruments.close()

    spans = {(span.name, attributes_of(span).get("route")): span for span in received.spans()}
    request = spans["http.request", "/v1/dashboards/{slug}/data"]
    assert request.trace_id.hex() == PARENT.split("-")[1]
    assert request.parent_span_id.hex() == PARENT.split("-")[2]
    message = spans["http.request", "/v1/chat/sessions/{session_id}/messages"]
    answer, tool = spans["chat.turn", None], spans["chat.tool", None]
    assert answer.parent_span_id == message.span_id
    assert tool.parent_span_id == answer.span_id
    assert {answer.trace_id, tool.trace_id} == {message.trace_id}

    points = received.points()
    results = {attributes["result"]: point.as_int for attributes, point in points["dashbridge.cache"]}
    assert results["hit"] >= 1
    assert results["miss"] >= 1
    assert [attributes for attributes, _ in points["dashbridge.turns"]] == [{"status": "complete"}]
    assert {attributes["tool"] for attributes, _ in points["dashbridge.tool.calls"]} >= {"save_dashboard_yaml"}
    routes = {attributes["route"] for attributes, _ in points["dashbridge.request.duration"]}
    assert "/v1/dashboards/{slug}/data" in routes
    everything = repr([*received.traces, *received.metrics])
    assert "CANARY" not in everything
    assert "region=n" not in everything


async def test_a_failure_is_marked_by_its_class_alone(received: OTLPServer) -> None:
    traces = []

    def fail() -> None:
        with telemetry.span("work", kind="test") as span:
            assert span is not None
            assert telemetry.current_trace.get() == span.trace
            traces.append(span.trace)
            raise ValueError("CANARY")

    with pytest.raises(ValueError, match="CANARY"):
        fail()
    assert telemetry.current_trace.get() not in traces
    instruments = telemetry.meters._listening
    assert isinstance(instruments, OTLPInstruments)
    await instruments.close()
    (sent,) = received.spans()
    assert attributes_of(sent) == {"kind": "test", "error.type": "ValueError"}
    assert sent.status.code == 2
    assert "CANARY" not in repr(received.traces)


@pytest.mark.slow
def test_without_an_endpoint_nothing_of_it_is_loaded() -> None:
    code = (
        "import sys, contextlib\n"
        "import dashbridge.cli.serve, dashbridge.cli.worker, dashbridge.cli.demo, dashbridge.wiring.operations as o\n"
        "o.open_telemetry(contextlib.AsyncExitStack())\n"
        "from dashbridge import telemetry\n"
        "with telemetry.span('x') as span: telemetry.count('x'); assert span is None\n"
        "heavy = ('opentelemetry.sdk', 'opentelemetry.exporter', 'opentelemetry.proto', 'google.cloud', 'requests')\n"
        "print([name for name in sys.modules if name.startswith(heavy)])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[]"


def test_every_metric_is_documented_and_no_other_is() -> None:
    sources = (Path(telemetry.__file__).parents[1]).rglob("*.py")
    call = re.compile(r'(?:count|measure|gauge)\(\s*"([a-z.]+)"')
    counted = {name for file in sources for name in call.findall(file.read_text())}
    documented = set(re.findall(r"^\| `(dashbridge\.[a-z.]+)` \|", DEPLOY.read_text(), re.MULTILINE))
    assert counted == documented
