from __future__ import annotations

import pytest

from dashbridge import kit
from dashbridge.kit import DashbridgeError, Invalid, NotFound, Place, Problem, TooLarge

STATUSES = {
    "Invalid": 422,
    "TooLarge": 413,
    "Unauthenticated": 401,
    "Forbidden": 403,
    "NotFound": 404,
    "Conflict": 409,
    "PreconditionFailed": 412,
    "PreconditionRequired": 428,
    "Unavailable": 503,
    "TimedOut": 504,
}


def family(kind: type[DashbridgeError]) -> list[type[DashbridgeError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in family(child))]


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_every_kind_has_its_status(name: str, status: int) -> None:
    kind = getattr(kit, name)
    assert issubclass(kind, DashbridgeError)
    assert kind("x").status == status


def test_the_codes_of_kits_errors_differ() -> None:
    codes = [kind.default_code for kind in family(DashbridgeError) if kind.__module__ == "dashbridge.kit.errors"]
    assert len(set(codes)) == len(codes) == len(STATUSES) + 1


def test_an_error_is_its_own_first_problem() -> None:
    error = NotFound("no dashboard x", hint="list them", place=Place("/views/a", 3, 7), slug="x")
    assert error.problems == (Problem("not_found", "no dashboard x", Place("/views/a", 3, 7), "list them"),)
    assert str(error) == "/views/a at line 3, column 7: no dashboard x (list them)"
    assert error.details == {"slug": "x"}
    assert error.args == ("no dashboard x",)


def test_a_code_of_ones_own_wins() -> None:
    assert Invalid("x", code="bad_slug").code == "bad_slug"
    assert Invalid("x").code == "invalid"


def test_many_findings_make_one_error_headed_by_the_first() -> None:
    problems = [Problem("a", "first", Place("/x"), "do"), Problem("b", "second")]
    error = Invalid.of(problems)
    assert (error.code, error.message, error.hint, error.place) == ("a", "first", "do", Place("/x"))
    assert error.problems == tuple(problems)
    assert str(error) == "/x: first (do)\nsecond"


def test_a_summary_replaces_the_headline_only() -> None:
    error = TooLarge.of((Problem("a", "first"),), "3 findings")
    assert isinstance(error, TooLarge)
    assert error.message == "3 findings"
    assert str(error) == "first"


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(), ""),
        (Place("/a"), "/a"),
        (Place(line=2), "line 2"),
        (Place(line=2, column=5), "line 2, column 5"),
        (Place("/a", 2), "/a at line 2"),
        (Place(column=5), ""),
    ],
)
def test_a_place_reads_as_words(place: Place, text: str) -> None:
    assert str(place) == text


def test_a_problem_as_json_leaves_out_what_it_lacks() -> None:
    assert Problem("a", "m").as_dict() == {"code": "a", "message": "m"}
    assert Problem("a", "m", Place("/x", 1, 2), "h").as_dict() == {
        "code": "a",
        "message": "m",
        "path": "/x",
        "line": 1,
        "column": 2,
        "hint": "h",
    }
