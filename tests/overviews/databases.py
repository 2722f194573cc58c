"""Three small databases and a drawer of thin tables, made the same each time."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence

import duckdb
import pyarrow as pa

Base = duckdb.DuckDBPyConnection
_COUNTRIES = ["Austria", "Belgium", "Denmark", "Finland", "France", "Germany", "Ireland", "Italy", "Norway", "Poland"]
_COUNTRIES += ["Portugal", "Spain", "Sweden", "Hungary"]


def shop() -> Base:
    """Orders of two years with customers and products, and the stock of each week."""
    dice = random.Random(7)
    base = duckdb.connect()
    _table(base, "customers", "customer_id INTEGER, name VARCHAR, country VARCHAR, segment VARCHAR, zip_code INTEGER",
           [(n, f"Customer {n}", dice.choice(_COUNTRIES), dice.choice(["Consumer", "Corporate", "Public"]),
             10_000 + n * 37) for n in range(1, 151)])  # fmt: skip
    _table(base, "products", "product_id INTEGER, product_name VARCHAR, category VARCHAR, unit_price DECIMAL(10,2)",
           [(n, f"Product {n}", ["Chairs", "Desks", "Lamps", "Rugs", "Shelves"][n % 5], 5 + n * 1.25)
            for n in range(1, 41)])  # fmt: skip
    orders = []
    for n in range(1, 3_001):
        day = dt.date(2024, 1, 1) + dt.timedelta(days=dice.randrange(700))
        quantity, product = dice.randint(1, 6), dice.randint(1, 40)
        discount = None if n % 11 == 0 else dice.choice([0.0, 0.05, 0.1, 0.2])
        orders.append((n, dice.randint(1, 150), product, day, quantity, round(quantity * (5 + product * 1.25), 2),
                       discount, dice.choice(["Web", "Shop", "Phone"]), dice.random() < 0.08))  # fmt: skip
    _table(base, "orders", "order_id INTEGER, customer_id INTEGER, product_id INTEGER, order_date DATE, "
           "quantity INTEGER, revenue DECIMAL(12,2), discount_rate DOUBLE, channel VARCHAR, is_returned BOOLEAN",
           orders)  # fmt: skip
    weeks = [dt.date(2025, 1, 6) + dt.timedelta(days=7 * n) for n in range(40)]
    _table(base, "inventory", "counted_on DATE, warehouse VARCHAR, product_line VARCHAR, stock INTEGER, "
           "stock_value DOUBLE",
           [(week, house, line, count := dice.randint(20, 400), count * 12.5)
            for week in weeks for house in ("North", "South") for line in ("Home", "Office", "Garden")])  # fmt: skip
    return base


def clinic() -> Base:
    """Visits by the minute with doctors and departments: waits, fees, missed visits."""
    dice = random.Random(11)
    base = duckdb.connect()
    _table(base, "departments", "department_id INTEGER, name VARCHAR, floor INTEGER",
           [(1, "Cardiology", 1), (2, "Dermatology", 2), (3, "Surgery", 3), (4, "Paediatrics", 0)])  # fmt: skip
    _table(base, "doctors", "doctor_id INTEGER, name VARCHAR, specialty VARCHAR, department_id INTEGER, "
           "birth_year INTEGER",
           [(n, f"Dr {chr(64 + n)}", ["Heart", "Skin", "Bones", "Children"][n % 4], 1 + n % 4, 1955 + n)
            for n in range(1, 25)])  # fmt: skip
    start = dt.datetime.fromisoformat("2025-03-03T08:00")
    visits = []
    for n in range(1, 4_001):
        at = start + dt.timedelta(minutes=dice.randrange(60 * 24 * 240))
        visits.append((n, 1 + (n * 7) % 900, dice.randint(1, 24), at, dice.choice(["First", "Control", "Emergency"]),
                       None if n % 13 == 0 else dice.randint(0, 90), dice.randint(5, 60),
                       dice.choice([20, 35, 50, 120]), dice.randint(1, 5), dice.random() < 0.1))  # fmt: skip
    _table(base, "visits", "visit_id INTEGER, patient_id INTEGER, doctor_id INTEGER, visited_at TIMESTAMP, "
           "visit_type VARCHAR, wait_minutes INTEGER, duration_minutes INTEGER, fee DECIMAL(8,2), "
           "satisfaction_score INTEGER, missed BOOLEAN", visits)  # fmt: skip
    return base


def energy() -> Base:
    """Daily readings of meters: what was used, what the meter stands at; and their sites."""
    dice = random.Random(13)
    base = duckdb.connect()
    _table(base, "sites", "site_id INTEGER, site_name VARCHAR, region VARCHAR, tariff VARCHAR",
           [(n, f"Site {n}", ["East", "North", "South", "West"][n % 4], ["Day", "Night"][n % 2])
            for n in range(1, 13)])  # fmt: skip
    rows, stands = [], dict.fromkeys(range(1, 13), 1_000.0)
    for offset in range(300):
        for site in stands:
            used = round(20 + 10 * dice.random() + site, 2)
            stands[site] += used
            rows.append((dt.date(2025, 1, 1) + dt.timedelta(days=offset), site, used, round(stands[site], 2),
                         round(15 + 10 * dice.random(), 1), dice.choice(["ok", "ok", "ok", "estimated"])))  # fmt: skip
    _table(base, "readings", "reading_date DATE, site_id INTEGER, kwh DOUBLE, meter_reading DOUBLE, "
           "temperature DOUBLE, quality VARCHAR", rows)  # fmt: skip
    base.execute("COMMENT ON COLUMN readings.kwh IS 'Energy used on that day'")
    return base


def thin() -> Base:
    """Tables with too little: no time, no category, one row, only texts, nothing at all, years and codes."""
    base = duckdb.connect()
    _table(base, "remarks", "remark VARCHAR", [(f"Remark number {n}, quite long",) for n in range(400)])
    _table(base, "settings", "currency VARCHAR, vat_rate DOUBLE", [("EUR", 0.2)])
    _table(base, "holidays", "day DATE", [(dt.date(2025, 1, 1) + dt.timedelta(days=n * 9),) for n in range(30)])
    _table(base, "measurements", "width DOUBLE, height DOUBLE", [(n * 0.5, n * 0.25) for n in range(500)])
    _table(base, "suppliers", "supplier VARCHAR, founded_year INTEGER, post_code INTEGER",
           [(f"Supplier {n}", 1900 + n, 8_000 + n) for n in range(60)])  # fmt: skip
    _table(base, "drafts", "title VARCHAR, amount DOUBLE", [])
    _table(base, "accounts", "month DATE, branch VARCHAR, balance DOUBLE, headcount INTEGER",
           [(dt.date(2023 + n // 12, 1 + n % 12, 1), branch, 1_000.0 + n, 10 + n)
            for n in range(24) for branch in ("Bern", "Ulm")])  # fmt: skip
    return base


MADE: dict[str, Callable[[], Base]] = {"shop": shop, "clinic": clinic, "energy": energy, "thin": thin}


def _table(base: Base, name: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
    base.execute(f"CREATE TABLE {name} ({columns})")
    if rows:
        values = [list(column) for column in zip(*rows, strict=True)]
        base.register("made", pa.table(values, names=[f"c{at}" for at in range(len(values))]))
        base.execute(f"INSERT INTO {name} FROM made")
        base.unregister("made")
