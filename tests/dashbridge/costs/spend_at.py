"""A process that spends a team's day: `spend_at.py URL TEAM LIMIT SEED`; says what it was admitted, then waits to die.

It holds one statement as running and one as reserved when it says so, and settles neither.
"""

from __future__ import annotations

import asyncio
import random
import sys
from uuid import UUID, uuid4

from tests.dashbridge.costs.conftest import planned

from dashbridge.costs import Budgets, Costs, DirectoryBook, Ledger, OverBudget, Overrides, Purpose, Spending
from dashbridge.objects.memory import MemoryObjectStore
from dashbridge.postgres import Database
from dashbridge.sharing import Actor, Role

PLANS = 15


async def main(url: str, team_id: UUID, limit: int, seed: int) -> None:
    choose = random.Random(seed)
    database = Database(url)
    book = DirectoryBook(database)
    costs = Costs(book, Ledger(MemoryObjectStore()), Overrides(database), Budgets(0, 0, limit), flush_s=3600)
    actor = Actor(team_id, uuid4(), "ada", Role.ADMIN)
    billed = 0

    async def spend(number: int) -> int:
        plan = [planned(f"{seed}-{number}-{place}", choose.randint(1, limit // 5)) for place in range(2)]
        async with costs.refresh(actor, Purpose("data", "shop")) as spending:
            try:
                await spending.admit(plan)
            except OverBudget:
                return 0
            async with spending.charge(plan[0]) as charge:
                charge.ran(plan[0].estimate.bytes // 2, 0.0, None)
                return plan[0].estimate.bytes // 2

    for start in range(0, PLANS, 5):
        billed += sum(await asyncio.gather(*(spend(start + number) for number in range(5))))
    await costs.budgets(actor)
    running = await _leave(costs.refresh(actor, Purpose("data", "shop")), seed)
    print(billed, running, flush=True)
    await asyncio.Event().wait()


async def _leave(spending: Spending, seed: int) -> int:
    """Begin one statement and reserve another; the bytes of the first, 0 where the day is full."""
    try:
        await spending.admit([planned(f"{seed}-left", 1)])
        charge = spending.charge(planned(f"{seed}-running", 1))
        await charge.__aenter__()
    except OverBudget:
        return 0
    _LEFT.append(charge)
    return 1


_LEFT: list[object] = []

if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], UUID(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
