"""Nothing that was spent is lost or counted twice, wherever a process dies; a day is rolled up once and for all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from tests.dashbridge.costs.conftest import person, planned

from dashbridge.costs import Charge, DirectoryBook, Ledger, LedgerEntry, Purpose, reconcile
from dashbridge.costs.book import Booked
from dashbridge.costs.lines import day_bytes, day_of, entries_of, lines_of
from dashbridge.kit import Forbidden, Invalid, Unavailable
from dashbridge.sharing import Role

DATA = Purpose("data", "shop")
DAY = date(2026, 11, 20)


def entry(**fields) -> LedgerEntry:
    plain = {"id": uuid4(), "at": datetime(2026, 11, 20, 12, tzinfo=UTC), "purpose": "data", "principal": "ada"}
    more = {"outcome": "ran", "plan_sha256": "f" * 64, "estimated": 100, "usd_estimated": 1.0, "dashboard": "shop"}
    return LedgerEntry(**{**plain, **more, "billed": 40, "usd_billed": 0.4, **fields})


async def run(costs, actor, name: str, size: int, billed: int) -> None:
    async with costs.refresh(actor, DATA) as spending, spending.charge(planned(name, size)) as charge:
        charge.ran(billed, 0.0, f"job-{name}")


async def lapse(directory, team_id) -> None:
    """Let every reservation's time run out, as if its process had died long ago."""
    async with directory.database.team(team_id) as session:
        await session.execute(text("UPDATE charges SET expires_at = now() - interval '1 second'"))


async def test_an_entry_says_all_there_is_to_say(directory, actor, open_costs, objects):
    costs = open_costs(DirectoryBook(directory.database))
    turn = uuid4()
    async with costs.turn(actor, turn, dashboard="shop") as spending, spending.charge(planned("a", 60)) as charge:
        charge.ran(50, 0.25, "job-1")
    await costs.flush(actor.team_id)
    today = datetime.now(UTC).date()
    days = [await Ledger(objects).entries(actor.team_id, today - timedelta(days=back)) for back in (0, 1)]
    ((found,),) = [lines for lines in days if lines]
    assert (found.purpose, found.principal, found.turn_id, found.dashboard, found.part) == (
        *("chat", "ada", turn, "shop"),
        "a",
    )
    assert (found.estimated, found.billed, found.usd_billed) == (60, 50, 0.25)
    assert (found.job_id, found.outcome) == ("job-1", "ran")
    assert found.sql_sha256 == planned("a", 60).sql_sha256
    assert found.connection_id == planned("a", 60).connection_id


async def test_a_process_that_dies_between_writing_and_saying_so_writes_twice_and_counts_once(
    directory, actor, open_costs, objects
):
    book = DirectoryBook(directory.database)
    costs = open_costs(book)
    await run(costs, actor, "a", 60, 50)
    await costs.budgets(actor)

    async def die_after_writing() -> None:
        async with book.take_over(actor.team_id, 10) as booked:
            await Ledger(objects).append(actor.team_id, booked)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await die_after_writing()
    report = await costs.report(actor, days=2)
    assert (report.total.queries, report.total.billed) == (1, 50)
    assert len([info async for info in objects.list("ledger/")]) == 2


async def test_a_store_that_does_not_answer_loses_nothing(directory, actor, open_costs, objects, monkeypatch):
    costs = open_costs(DirectoryBook(directory.database))
    await run(costs, actor, "a", 60, 50)

    async def silent(*_, **__):
        raise Unavailable("gone")

    with monkeypatch.context() as patch:
        patch.setattr(objects, "put", silent)
        with pytest.raises(Unavailable):
            await costs.flush(actor.team_id)
    assert (await costs.report(actor, days=2)).total.billed == 50


async def test_a_statement_that_nobody_settled_counts_in_full_and_shows_up(directory, actor, open_costs):
    dead = open_costs(DirectoryBook(directory.database), day=100)
    spending = dead.refresh(actor, DATA)
    await spending.admit([planned("ran", 60), planned("waited", 30)])
    held = spending._held[planned("ran", 60).key]
    assert await dead._book.start(actor.team_id, held.day, held.entry.id)
    await lapse(directory, actor.team_id)
    costs = open_costs(DirectoryBook(directory.database), day=100)
    report = await costs.report(actor, days=2)
    assert [(one.part, one.outcome, one.billed) for one in report.unsettled] == [("ran", "unsettled", None)]
    assert next(one for one in report.budgets if one.name == "team_day").used == 60
    assert not await dead._book.start(actor.team_id, held.day, held.entry.id)
    # It was only slow: what it tells in the end puts the book and the ledger right.
    async with costs.refresh(actor, DATA) as other:
        await other.admit([planned("b", 40)])
    spending._settle(held, Charge(60, 5, 0.0, None), "ran")
    report = await dead.report(actor, days=2)
    assert (report.total.queries, report.total.billed, report.unsettled) == (1, 5, ())
    await costs.budgets(actor)
    assert next(one for one in await dead.budgets(actor) if one.name == "team_day").used == 5


async def test_a_reservation_that_ran_out_is_made_anew(directory, actor, open_costs):
    costs = open_costs(DirectoryBook(directory.database), day=100)
    async with costs.refresh(actor, DATA) as spending:
        await spending.admit([planned("a", 60)])
        await lapse(directory, actor.team_id)
        async with spending.charge(planned("a", 60)) as charge:
            charge.ran(60, 0.0, None)
        assert spending.budget.used == 60
    assert (await costs.report(actor, days=2)).total.queries == 1


async def test_a_day_that_is_over_is_rolled_up_and_again_only_when_more_comes(objects):
    ledger, team = Ledger(objects), uuid4()
    await ledger.append(team, [Booked(DAY, entry()), Booked(DAY, entry(outcome="refused", billed=None))])
    assert (await ledger.day(team, DAY, over=False)).total.queries == 1
    assert [info.key async for info in objects.list(f"ledger/{team}/{DAY}.json")] == []
    first = await ledger.day(team, DAY, over=True)
    rolled, info = await objects.get(f"ledger/{team}/{DAY}.json")
    assert await ledger.day(team, DAY, over=True) == first
    assert (await objects.stat(f"ledger/{team}/{DAY}.json")).generation == info.generation
    await objects.delete(f"ledger/{team}/{DAY}.json")
    assert await ledger.day(team, DAY, over=True) == first
    assert (await objects.get(f"ledger/{team}/{DAY}.json"))[0] == rolled
    await ledger.append(team, [Booked(DAY, entry(dashboard=None, purpose="warm"))])
    more = await ledger.day(team, DAY, over=True)
    assert (more.total.queries, more.total.refused) == (2, 1)
    assert set(more.by_dashboard) == {"shop", ""}
    assert await ledger.day(uuid4(), DAY, over=True) == reconcile(DAY, [])


async def test_a_report_has_no_gaps_and_needs_a_sensible_question(directory, actor, open_costs):
    costs = open_costs(DirectoryBook(directory.database), day=100)
    report = await costs.report(actor, days=31)
    assert len(report.days) == 31
    assert report.days == tuple(sorted(report.days, key=lambda one: one.day, reverse=True))
    assert report.as_dict()["budgets"][2] == {"name": "team_day", "limit": 100, "used": 0, "left": 100}
    for days in (0, -1, 367):
        with pytest.raises(Invalid):
            await costs.report(actor, days=days)
    with pytest.raises(Forbidden):
        await costs.report(person(actor.team_id, Role.VIEWER))


entries = st.builds(
    entry,
    id=st.uuids(),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001
        lambda at: at.replace(tzinfo=UTC, microsecond=0)
    ),
    outcome=st.sampled_from(["ran", "failed", "cancelled", "refused", "unsettled"]),
    estimated=st.integers(0, 2**50),
    billed=st.none() | st.integers(0, 2**50),
    usd_billed=st.none() | st.floats(0, 1e6),
    part=st.none() | st.text(),
    turn_id=st.none() | st.uuids(),
)


@given(st.lists(entries, unique_by=lambda one: one.id, max_size=6), st.randoms())
def test_lines_are_read_as_written_and_order_and_repeats_do_not_matter(written, random):
    assert entries_of(lines_of(written)) == written
    found = reconcile(DAY, written)
    shuffled = [*written, *written[:3]]
    random.shuffle(shuffled)
    assert reconcile(DAY, shuffled) == found
    assert found.total.queries + found.total.refused == len(written)
    again, names = day_of(day_bytes(found, ["b", "a"]))
    assert (again.total.billed, again.total.queries, names) == (found.total.billed, found.total.queries, ["a", "b"])
