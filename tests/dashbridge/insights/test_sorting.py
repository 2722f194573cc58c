from __future__ import annotations

import pytest

from dashbridge.insights.sorting import sort_keys
from dashbridge.kit import Invalid


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("a", [("a", False, False)]),
        ("a DESC, b asc", [("a", True, False), ("b", False, False)]),
        ("sum(a, 1) desc NULLS FIRST, f(x, [1, 2])", [("sum(a, 1)", True, True), ("f(x, [1, 2])", False, False)]),
        ("a NULLS LAST", [("a", False, False)]),
        ("\"x, y\" DESC, 'a, desc'", [('"x, y"', True, False), ("'a, desc'", False, False)]),
        ("CASE WHEN a THEN 1 END DESC", [("CASE WHEN a THEN 1 END", True, False)]),
        ("${ref(a).values} DESC, b", [("${ref(a).values}", True, False), ("b", False, False)]),
    ],
)
def test_keys(text: str, keys: list[tuple[str, bool, bool]]) -> None:
    assert [(one.text, one.descending, one.nulls_first) for one in sort_keys(text, "/p")] == keys


@pytest.mark.parametrize("text", [",", "a,", "a,,b", "'open", ", ".join("abcdefghijklmnopq"), "/* x"])
def test_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        sort_keys(text, "/p")
    assert caught.value.code == "sort.syntax"
    assert caught.value.place.path == "/p"
