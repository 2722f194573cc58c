from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from dashbridge.insights import InputSpec
from dashbridge.insights.references import ACCESSORS, find_references

INPUTS = TypeAdapter(dict[str, InputSpec]).validate_python(
    {
        "select": {"type": "select", "options": ["a"]},
        "multi_select": {"type": "multi_select", "options": ["a"]},
        "date_range": {"type": "date_range"},
        "number_range": {"type": "number_range"},
        "text": {"type": "text"},
        "toggle": {"type": "toggle"},
    }
)


@pytest.mark.parametrize("kind", list(ACCESSORS))
def test_each_type_knows_its_accessors_and_no_other(kind: str) -> None:
    for accessor in {one for names in ACCESSORS.values() for one in names}:
        found, problems = find_references(f"a = ${{ref({kind}).{accessor}}}", INPUTS)
        if accessor in ACCESSORS[kind]:
            assert [(one.name, one.accessor, one.start) for one in found] == [(kind, accessor, 4)]
        else:
            assert [one.code for one in problems] == ["ref.accessor"]
            assert f"${{ref({kind}).{ACCESSORS[kind][0]}}}" in (problems[0].hint or "")


def test_several_with_positions() -> None:
    text = "${ref(text).value} || ${ ref( text ) . value }"
    found, problems = find_references(text, INPUTS)
    assert problems == []
    assert [text[one.start : one.end] for one in found] == ["${ref(text).value}", "${ ref( text ) . value }"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("${ref(nope).value}", "ref.unknown_input"),
        ("${ref(text)}", "ref.accessor"),
        ("${text.value}", "ref.syntax"),
        ("${ref(text).value", "ref.syntax"),
        ("${}", "ref.syntax"),
        ("?{ x }", "ref.syntax"),
        ("{{ x }}", "ref.syntax"),
        ("${env.HOME}", "ref.syntax"),
        ("${ref(text).value.x}", "ref.syntax"),
        ("${ref('text').value}", "ref.syntax"),
        ("${ref(text)\n.value}", "ref.syntax"),
        ("${${ref(text).value}}", "ref.syntax"),
    ],
)
def test_refused(text: str, code: str) -> None:
    _, problems = find_references(text, INPUTS)
    assert [one.code for one in problems] == [code]
    assert "at character" in problems[0].message
