"""Whatever changes, whoever shares a connection: nobody is told what another team, or nobody any more, is told."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import replace
from typing import Any

from tests.dashbridge.api.front.lines import Line, asking, hang_up
from tests.dashbridge.api.front.small import TEAMS, URL, Small

from dashbridge.postgres import Change

ASKED = 20_000
STATES = 20


class Trial:
    """Three teams whose keys change hands and whose dashboard changes, asking on connections that all share."""

    def __init__(self, small: Small, chance: random.Random) -> None:
        self.small, self.chance = small, chance
        self.lines = [small.ours.connect() for _ in range(8)]
        self.actors = list(small.people.values())
        self.keys = list(small.people)

    def change(self, key: str) -> None:
        """Something happens that bears on who asks by this key, and is heard of at once."""
        small, chance = self.small, self.chance
        what, actor = chance.choice(["key"] * 8 + ["write", "write", "gap", "own write"]), small.people[key]
        if what == "write":
            small.versions[actor.name] += 1
            small.front.kept.hear(Change("dashboard", str(actor.team_id), "shop"))
        elif what == "key":
            small.people[key] = replace(chance.choice(self.actors), principal_id=actor.principal_id)
            small.front.known.hear(Change("who", str(actor.team_id), str(actor.principal_id)))
        elif what == "gap":
            small.front.known.hear(None)
            small.front.kept.hear(None)
        else:
            small.versions[actor.name] += 1
            small.front.written_at = small.front.now()

    def question(self, key: str) -> tuple[bytes, dict[str, Any]]:
        """What is asked by this key, and what must be told."""
        chance = self.chance
        query = f"input.region={chance.randrange(STATES)}"
        actor = self.small.people[key]
        by = {"Authorization": f"Bearer {key}"} if chance.random() < 0.7 else {"Cookie": f"dashbridge_session={key}"}
        told = {
            "to": actor.name,
            "version": self.small.versions[actor.name],
            "accept": None,
            "query": query,
            "rows": [],
        }
        return asking(f"{URL}?{query}", by), told


def told_on(line: Line) -> list[Any]:
    """The bodies that were sent, in order."""
    decoder, found, text = json.JSONDecoder(), [], bytes(line.told).decode()
    line.told.clear()
    while text:
        body, end = decoder.raw_decode(text := text[text.index("\r\n\r\n") + 4 :])
        found.append(body)
        text = text[end:]
    return found


async def test_no_answer_is_confused_in_twenty_thousand(small: Small) -> None:
    small.rows = 0
    trial, chance = Trial(small, random.Random(20)), random.Random(21)
    asked = 0
    while asked < ASKED:
        line, changing = chance.choice(trial.lines), chance.random() < 0.02
        keys = [chance.choice(trial.keys) for _ in range(chance.choice([1, 1, 1, 2, 5]))]
        if changing:
            trial.change(keys[0])
        questions = [trial.question(key) for key in keys]
        line.protocol.data_received(b"".join(said for said, _ in questions))
        asked += len(questions)
        if changing:  # while they are being answered: they may be told either
            for _ in range(chance.randrange(8)):
                await asyncio.sleep(0)
            trial.change(keys[0])
            await small.ours.ended()
            line.told.clear()
        else:
            await small.ours.ended()
            assert told_on(line) == [told for _, told in questions]
    assert small.ours.state.total_requests == asked
    assert small.ours.ways < asked / 2
    assert {key[0].partition(" ")[0] for key in small.front.kept._entries} <= {
        str(actor.team_id) for actor in trial.actors
    }
    assert len(TEAMS) == len(trial.actors)
    for line in trial.lines:
        hang_up(line)
