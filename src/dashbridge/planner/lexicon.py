"""Word lists, as data: nothing here names a database, a table or a question."""

from __future__ import annotations

# Pieces of column names, spelt out. A piece not listed stands for itself.
ABBREVIATIONS: dict[str, str] = {
    "acct": "account",
    "addr": "address",
    "amt": "amount",
    "arr": "arrival",
    "avg": "average",
    "cat": "category",
    "cnt": "count",
    "cust": "customer",
    "dep": "departure",
    "dept": "department",
    "desc": "description",
    "dest": "destination",
    "dist": "distance",
    "dob": "birthday",
    "dt": "date",
    "dur": "duration",
    "emp": "employee",
    "hrs": "hours",
    "humid": "humidity",
    "lang": "language",
    "lat": "latitude",
    "lon": "longitude",
    "lng": "longitude",
    "max": "maximum",
    "mfr": "manufacturer",
    "min": "minimum",
    "mins": "minutes",
    "num": "number",
    "org": "organization",
    "pct": "percent",
    "precip": "precipitation",
    "prod": "product",
    "pts": "points",
    "qty": "quantity",
    "rev": "revenue",
    "sched": "scheduled",
    "temp": "temperature",
    "ts": "time",
    "tz": "timezone",
    "visib": "visibility",
    "yr": "year",
}

# Words that stand for one another: every word of a line links to every other.
SYNONYMS: tuple[frozenset[str], ...] = tuple(
    frozenset(line.split())
    for line in (
        "carrier airline",
        "delay delayed late lateness",
        "departure depart departing leave leaving left",
        "arrival arrive arriving landing",
        "destination dest to",
        "origin source",
        "customer client buyer",
        "product item article",
        "revenue sales turnover",
        "amount value sum",
        "quantity units pieces volume",
        "price cost",
        "plane aircraft",
        "country nation",
        "salary pay wage earnings",
        "employee staff worker person people",
        "tail plane aircraft",
        "points estimate",
        "team squad",
        "category kind type class",
        "segment group",
        "name title label",
        "duration length",
        "order purchase",
        "store shop branch",
        "date day when",
        "score rating grade",
        "status state stage",
        "velocity completed",
        "count number",
    )
)

STOP = frozenset(
    """a an the of for in on at to from by per with and or is are was were be been do does did how what which who whose
    when where why show me give us our my i you we they it its this that these those there please can could would should
    will want need see look display plot draw chart graph dashboard report build make create new tell about between across
    over under each every all any vary varies varied differ differs change changes changed changing compare compared
    comparison versus vs than as into up down out so if but not no only just also like get let help question data overview
    summary summarise summarize breakdown break broken many much number count total sum average mean avg median typical
    have has had had't s t visualize visualise analysis analyze analyse using use distribution view views table list find
    return top bottom nach je pro best worst most least highest lowest biggest smallest largest first last more less fewer greater
    during since after before until within trend trends trending trended time during it's what's kind go going gone look looks main key
    happened happen different distinct unique value values result results performance good bad some something anything
    information info thing things relationship relation against amongst among on-time then one two three order ordered
    sort sorted rank ranked ranking ascending descending asc desc group grouped record records row rows ever recorded
    hello hi hey thanks thank maximum minimum max min longest shortest share percentage percent proportion fraction
    rate high low big small large long short really very most mostly usually often per-day y x axis""".split()
)

CUES_BY = frozenset(["by", "per", "each", "every", "across", "among", "amongst", "versus", "vs", "against", "which", "with"])
CUES_STRONG_BY = frozenset(["by", "per", "each", "every", "across", "among", "amongst", "which"])

# aggregate -> the words that ask for it
AGGREGATES: dict[str, frozenset[str]] = {
    "avg": frozenset(["average", "mean", "avg", "typical", "typically", "averaged"]),
    "sum": frozenset(["total", "sum", "overall", "combined", "totals"]),
    "max": frozenset(["maximum", "max", "longest", "largest", "highest", "biggest"]),
    "min": frozenset(["minimum", "min", "shortest", "smallest", "lowest"]),
    "distinct": frozenset(["distinct", "unique", "different"]),
    "share": frozenset(["share", "percentage", "percent", "proportion", "fraction"]),
}
UNSUPPORTED_AGGREGATES = frozenset(["median", "percentile", "quartile", "stddev", "variance", "correlation", "forecast", "predict"])

CHARTS: dict[str, str] = {
    "bar": "bar",
    "bars": "bar",
    "column": "bar",
    "histogram": "bar",
    "line": "line",
    "lines": "line",
    "area": "area",
    "pie": "pie",
    "donut": "pie",
    "doughnut": "pie",
    "heatmap": "heatmap",
    "matrix": "heatmap",
    "table": "table",
    "scatter": "scatter",
    "metric": "metric",
    "kpi": "metric",
}

GRAINS: dict[str, str] = {
    "hour": "hour",
    "hourly": "hour",
    "day": "day",
    "daily": "day",
    "date": "day",
    "week": "week",
    "weekly": "week",
    "month": "month",
    "monthly": "month",
    "quarter": "quarter",
    "quarterly": "quarter",
    "year": "year",
    "yearly": "year",
    "annual": "year",
    "annually": "year",
    "weekday": "weekday",
}
GRAIN_ORDER = ("hour", "day", "week", "month", "quarter", "year")

MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
MONTH_NAMES = (
    "January February March April May June July August September October November December".split()
)  # fmt: skip

NUMBER_WORDS: dict[str, int] = {
    word: number
    for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
}

# An adjective that states a condition on a measure: word -> (words of the measure, preferred word, operator, bound)
CONDITIONS: dict[str, tuple[tuple[str, ...], str | None, str, int]] = {
    "late": (("delay",), "arrival", ">", 0),
    "delayed": (("delay",), None, ">", 0),
    "early": (("delay",), "arrival", "<", 0),
}

# A preposition before a bare value names the column it most likely means.
PREPOSITIONS: dict[str, tuple[str, ...]] = {
    "from": ("origin", "source", "country", "city", "region"),
    "to": ("destination", "target"),
    "leaving": ("origin",),
    "departing": ("origin",),
}

# Name pieces whose column is a level or a ratio: averaged, never summed.
AVERAGED = frozenset(
    """age altitude attendance average completion conversion delay density discount duration elevation gap grade
    gust height humidity interest latitude lateness length lifetime lag level longitude margin mean percent percentage
    precipitation pressure price probability rank rate rating ratio response satisfaction score share speed spread
    temperature tenure visibility wait weight width wind dewp dewpoint balance stock inventory headcount time""".split()
)
CLOCK = frozenset(["time", "clock"])
TIME_PARTS = frozenset(["year", "quarter", "month", "week", "day", "hour", "minute", "second", "weekday"])
ID_PIECES = frozenset(["id", "key", "code", "uuid", "guid", "number", "no", "nr", "zip", "postcode", "phone", "sku", "fk", "pk"])
NAME_PIECES = frozenset(["name", "title", "label"])

UNITS: dict[str, str] = {
    "minutes": "min",
    "minute": "min",
    "hours": "h",
    "hour": "h",
    "seconds": "s",
    "miles": "mi",
    "mile": "mi",
    "kilometres": "km",
    "kilometers": "km",
    "km": "km",
    "days": "days",
    "dollars": "USD",
    "usd": "USD",
    "euros": "EUR",
    "eur": "EUR",
    "percent": "%",
    "points": "points",
    "mph": "mph",
    "feet": "ft",
    "inches": "in",
}

# Pieces of names whose sum is what a business asks for first.
AMOUNTS = frozenset(["revenue", "amount", "sale", "total", "cost", "spend", "quantity", "point", "budget", "profit", "income", "payment"])
