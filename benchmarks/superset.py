"""A dashboard of six results, warm: ours against Apache Superset with the same six, both cached and found equal.

Run by name only (`python -m benchmarks superset`): it installs Superset from the package registry. Superset is asked
in one request with six queries, and in six requests, each over the number of connections that suits it best; ours as
its page asks, over 32. Each in turn, several rounds, one process each. Limit: 1,000 times Superset's best, in
dashboards per second.
"""

from __future__ import annotations

import json
import re
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.hot_path import _ours
from benchmarks.superset_world import Superset, call, superset
from benchmarks.wire import CONNECTIONS, rate

LIMIT = 1_000
ROUNDS, OURS_S, PEER_S = 5, 1.0, 4.0
_TRIED = (1, 4, 32)
_CHARTS = "/api/v1/chart/data"
_URL = "/v1/dashboards/six"
_SIX = """\
version: 1
title: Six results
connection: flights
queries:
  flights:
    cache: {ttl: 1d}
    sql: |
      SELECT date_trunc('month', time_hour) AS month, dayname(time_hour) AS weekday, hour, carrier, origin,
        count(*) AS flights, count(dep_delay) AS departed, sum(dep_delay) AS minutes,
        count(*) FILTER (WHERE dep_delay > 15) AS late
      FROM flights GROUP BY 1, 2, 3, 4, 5
insights:
  total: {query: flights, props: {value: sum(flights)}}
  delay: {query: flights, props: {value: sum(minutes) / sum(departed)}}
  late: {query: flights, props: {value: sum(late) / sum(departed)}}
  by_month: {query: flights, props: {x: month, color: carrier, y: sum(minutes) / sum(departed)}}
  by_origin: {query: flights, props: {x: origin, y: sum(minutes) / sum(departed)}}
  by_hour: {query: flights, props: {x: hour, y: weekday, value: sum(minutes) / sum(departed)}}
views:
  total: {type: metric, insight: total}
  delay: {type: metric, insight: delay}
  late: {type: metric, insight: late}
  by_month: {type: line, insight: by_month}
  by_origin: {type: bar, insight: by_origin}
  by_hour: {type: heatmap, insight: by_hour}
layout:
  rows:
    - {height: sm, items: [{view: total, span: 4}, {view: delay, span: 4}, {view: late, span: 4}]}
    - {height: md, items: [{view: by_month, span: 4}, {view: by_origin, span: 4}, {view: by_hour, span: 4}]}
"""
_NUMBER, _DAY = re.compile(r"-?\d+(\.\d+)?"), re.compile(r"\d{4}-\d\d-\d\d")
_DELAY = "sum(dep_delay) * 1.0 / count(dep_delay)"
_LATE = "count(*) FILTER (WHERE dep_delay > 15) * 1.0 / count(dep_delay)"
_PARTS: dict[str, dict[str, str]] = {  # the last of each is what is measured
    "total": {"value": "count(*)"},
    "delay": {"value": _DELAY},
    "late": {"value": _LATE},
    "by_month": {"x": "date_trunc('month', time_hour)", "color": "carrier", "y": _DELAY},
    "by_origin": {"x": "origin", "y": _DELAY},
    "by_hour": {"x": "hour", "y": "dayname(time_hour)", "value": _DELAY},
}


@dataclass(frozen=True)
class Peer:
    """One way to ask Superset for a dashboard: these bodies, one after the other, over so many connections."""

    name: str
    server: Superset
    bodies: tuple[bytes, ...]

    def rate(self, connections: int, seconds: float = PEER_S) -> float:
        """Dashboards per second now."""
        end, turn = time.perf_counter() + seconds, count()
        with ThreadPoolExecutor(connections) as threads:
            answers = sum(threads.map(lambda _: self._work(end, turn), range(connections)))
        return answers / len(self.bodies) / (time.perf_counter() - end + seconds)

    def _work(self, end: float, turn: Any) -> int:
        answers = 0
        with closing(HTTPConnection("127.0.0.1", self.server.port, timeout=120)) as connection:
            while time.perf_counter() < end:
                body = self.bodies[next(turn) % len(self.bodies)]
                connection.request("POST", _CHARTS, body, self.server.headers)
                answer = connection.getresponse()
                text = answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"Superset answered {answer.status}: {text[:300]!r}")
                answers += 1
        return answers


def main() -> None:
    """Print both rates and the ratio."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dashbridge-superset-")))
        port, _ = stack.enter_context(_ours("demo", folder / "data"))
        headers = {"Authorization": f"Bearer {(folder / 'data' / 'api_key').read_text().strip()}"}
        _save(port, headers)
        mine = call(port, "GET", f"{_URL}/data", headers)
        flights = next((folder / "data" / "duckdb").glob("*/flights.duckdb"))
        (folder / "superset").mkdir()
        server = stack.enter_context(superset(folder / "superset", flights))
        peers = _peers(server)
        _compare(mine, _asked(server, peers[0].bodies[0]))
        if not all(one["is_cached"] for one in _asked(server, peers[0].bodies[0])["result"]):
            raise RuntimeError("Superset keeps no results: nothing warm could be compared")
        best = {peer: _best_connections(peer) for peer in peers}
        _report(server, best, _rounds(port, headers, best))


def _save(port: int, headers: dict[str, str]) -> None:
    """The six, and their data asked for until it is given as it is kept."""
    with closing(HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("PUT", _URL, _SIX, {**headers, "If-None-Match": "*", "Content-Type": "application/yaml"})
        answer = connection.getresponse()
        if answer.status != 201:
            raise RuntimeError(answer.read().decode())
    for _ in range(30):
        call(port, "GET", f"{_URL}/data", headers)


def _asked(server: Superset, body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = call(server.port, "POST", _CHARTS, server.headers, body)
    return found


def _peers(server: Superset) -> list[Peer]:
    queries = [_query(props) for props in _PARTS.values()]
    return [
        Peer("in one request", server, (server.ask(queries),)),
        Peer("in six requests", server, tuple(server.ask([query]) for query in queries)),
    ]


def _query(props: dict[str, str]) -> dict[str, Any]:
    *by, measured = ({"expressionType": "SQL", "sqlExpression": sql, "label": name} for name, sql in props.items())
    return {"columns": by, "metrics": [measured], "filters": [], "orderby": [], "row_limit": 10_000}


def _compare(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Both say the same. Raises RuntimeError where they do not, for then nothing is compared."""
    for (name, props), found in zip(_PARTS.items(), theirs["result"], strict=True):
        data = mine["insights"][name]["data"]
        ours = sorted(_row(one) for one in zip(*(data[f"props.{key}"] for key in props), strict=True))
        peer = sorted(_row([row[key] for key in props]) for row in found["data"])
        if ours != peer:
            raise RuntimeError(f"{name}: ours {ours[:2]}, Superset's {peer[:2]}")


def _row(values: Sequence[Any]) -> tuple[str, ...]:
    """Comparable whatever the form: moments by their day, numbers to nine digits."""
    return tuple(_text(value) for value in values)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return value[:10] if _DAY.match(value) else value
    number = float(value)
    return time.strftime("%Y-%m-%d", time.gmtime(number / 1000)) if number > 1e11 else f"{number:.9g}"


def _best_connections(peer: Peer) -> int:
    """With how many it answers most, once all is cached; each is tried twice, for other load comes and goes."""
    peer.rate(1, 1.0)
    found = [(peer.rate(connections), connections) for connections in (*_TRIED, *_TRIED)]
    return max(found)[1]


def _rounds(port: int, headers: dict[str, str], best: dict[Peer, int]) -> list[tuple[float, dict[str, float]]]:
    found = []
    for _ in range(ROUNDS):
        ours = rate(port, f"{_URL}/data", headers, OURS_S)
        found.append((ours, {peer.name: peer.rate(connections) for peer, connections in best.items()}))
    return found


def _report(server: Superset, best: dict[Peer, int], told: list[tuple[float, dict[str, float]]]) -> None:
    ours = statistics.median(one for one, _ in told)
    print(f"superset: six results, ours {ours:,.0f} dashboards/s over {CONNECTIONS} connections; {ROUNDS} rounds")
    for peer, connections in best.items():
        median = statistics.median(theirs[peer.name] for _, theirs in told)
        print(f"superset: {server.release} {peer.name}: {median:.1f} dashboards/s over {connections}")
    ratio = statistics.median(one / max(theirs.values()) for one, theirs in told)
    verdict = "within" if ratio >= LIMIT else "UNDER"
    print(
        f"superset: {ratio:,.0f} times its best of {LIMIT:,} wanted ({verdict}); {json.dumps(_spread(told))}",
        flush=True,
    )


def _spread(told: list[tuple[float, dict[str, float]]]) -> dict[str, float]:
    ratios = [one / max(theirs.values()) for one, theirs in told]
    return {"least": round(min(ratios)), "most": round(max(ratios))}


if __name__ == "__main__":
    main()
