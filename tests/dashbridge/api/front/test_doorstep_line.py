"""What the doorstep does to a connection: buffers, idle time, a server that stops; and where it stands aside."""

from __future__ import annotations

from typing import Any

import pytest
from tests.dashbridge.api.front.lines import HIGH_WATER, Told, asking, hang_up
from tests.dashbridge.api.front.small import URL, VIEWER, Small, question

from dashbridge.api.front import doorstep as module


async def test_a_client_that_does_not_read_is_not_answered_into_memory(small: Small) -> None:
    one, _ = await small.ours.say([question()])
    line = small.ours.connect(reading=False)
    sent = 0
    while line.may_say.is_set() and sent < 3_000:
        line.protocol.data_received(question() * 10)
        sent += 10
    assert sent < 3_000
    assert line.most_waiting < HIGH_WATER + 2 * len(one)
    line.read_on()
    assert (await small.ours.all_told(line)) == one * sent
    hang_up(line)


async def test_a_large_answer_is_not_copied_for_each_who_waits(small: Small) -> None:
    small.rows = 100_000
    said = asking(URL + "?large", VIEWER)
    await small.servers.say([said])
    await small.both([said])
    (form,) = (entry.identity for key, entry in small.front.kept._entries.items() if key[2] == b"large")
    line = small.ours.connect(reading=False)
    before = small.ours.ways
    await small.ours.say([said], line)
    assert line.last is form.body
    assert small.ours.ways == before
    hang_up(line)


class _Time:
    """A loop's clock that is moved by hand, and its timers."""

    def __init__(self) -> None:
        self.at = 100.0
        self.timers: list[_Timer] = []

    def time(self) -> float:
        return self.at

    def call_later(self, seconds: float, call: Any) -> _Timer:
        self.timers.append(_Timer(self, self.at + seconds, call))
        return self.timers[-1]

    def forward(self, seconds: float) -> None:
        end = self.at + seconds
        while due := [timer for timer in self.timers if timer.at <= end]:
            first = min(due, key=lambda timer: timer.at)
            first.cancel()
            self.at = first.at
            first.call()
        self.at = end


class _Timer:
    def __init__(self, time: _Time, at: float, call: Any) -> None:
        self.time, self.at, self.call = time, at, call

    def cancel(self) -> None:
        if self in self.time.timers:
            self.time.timers.remove(self)


async def test_a_connection_is_closed_once_it_was_idle_for_long_enough(small: Small) -> None:
    time, said = _Time(), question()
    line = small.ours.connect(loop=time)
    for _ in range(5):
        line.protocol.data_received(said)
        assert len(time.timers) == 1
        time.forward(4.9)
        assert not line.closing
    line.protocol.data_received(said[:20])
    time.forward(60)  # within a request it is not idle
    assert not line.closing
    line.protocol.data_received(said[20:])
    time.forward(4.9)
    assert not line.closing
    time.forward(0.2)
    assert line.closing
    assert not time.timers


async def test_a_stopping_server_hangs_up_between_answers(small: Small) -> None:
    line = small.ours.connect()
    await small.ours.say([question()], line)
    line.protocol.shutdown()
    told = bytes(line.told)
    line.protocol.data_received(question())
    assert (line.closing, bytes(line.told)) == (True, told)
    await small.ours.ended()
    hang_up(line)
    line = small.ours.connect()
    line.protocol.data_received(asking("/healthz", {}))
    line.protocol.shutdown()
    line.protocol.data_received(question())
    answer = await small.ours.all_told(line)
    assert answer.count(b"HTTP/1.1 ") == answer.count(b"connection: close") == 1
    assert line.closing


async def test_it_stands_aside_where_it_would_be_missed(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    app: Any = small.front.before(small._app)
    for options in ({"limit_concurrency": 100}, {"root_path": "/under"}):
        server = Told(app, module.doorstep(small.front), **options)
        await server.say([question()])
        assert server.ways == 1
    monkeypatch.setattr(module, "watched", lambda: True)
    answer, _ = await small.ours.say([question()])
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert small.ours.ways == 1
