"""The guard: bombs, odd bytes, mutations; never anything but Invalid or plain data."""

from __future__ import annotations

import contextlib
import random
import resource
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from dashbridge.dashboards import compile_dashboard, load_dashboard
from dashbridge.dashboards.document import MAX_BYTES, MAX_DEPTH, MAX_NODES, read_document
from dashbridge.kit import Invalid, TooLarge

GOLDEN = Path(__file__).parents[2] / "golden" / "dashboards"

ALIAS_BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(6)
)


def refused(text: str | bytes) -> tuple[str, int | None, int | None]:
    with pytest.raises(Invalid) as caught:
        read_document(text)
    return caught.value.code, caught.value.place.line, caught.value.place.column


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ALIAS_BOMB, ("yaml.anchor", 1, 4)),
        ("a: 1\nb: *a\n", ("yaml.alias", 2, 4)),
        ("a: {<<: {b: 1}}", ("yaml.merge", 1, 5)),
        ("a: !!python/object/apply:os.system [ls]", ("yaml.tag", 1, 4)),
        ("a: !x 1", ("yaml.tag", 1, 4)),
        ("!!str a: 1", ("yaml.tag", 1, 1)),
        ("a: 1\nb: 2\na: 3\n", ("yaml.duplicate_key", 3, 1)),
        ("a: {b: 1, 'b': 2}", ("yaml.duplicate_key", 1, 11)),
        ("1: x", ("yaml.key", 1, 1)),
        ("a:\n  true: x", ("yaml.key", 2, 3)),
        ("? [a]\n: x", ("yaml.key", 1, 3)),
        ("? {a: 1}\n: x", ("yaml.key", 1, 3)),
        ("a: 1\n---\nb: 2\n", ("yaml.several_documents", 2, 1)),
        ("%YAML 1.1\n---\na: 1", ("yaml.directive", 2, 1)),
        ("%TAG ! tag:x,2000:\n---\na: 1", ("yaml.directive", 2, 1)),
        ("a: [1, 2", ("yaml.syntax", 1, 9)),
        ("a: 'x", ("yaml.syntax", 1, 6)),
        ("a: b: c", ("yaml.syntax", 1, 5)),
        ("\ta: 1", ("yaml.syntax", 1, 1)),
        ('a: "\\q"', ("yaml.syntax", 1, 6)),
        ('a: "\\ud800"', ("yaml.character", 1, 4)),
        ('a: "\\0"', ("yaml.character", 1, 4)),
        ('a: "\\U00110000"', ("yaml.syntax", 1, 1)),
        ("a: .inf", ("yaml.number", 1, 4)),
        ("a: .nan", ("yaml.number", 1, 4)),
        ("a: 1e999", ("yaml.number", 1, 4)),
        ("a: 99999999999999999999", ("yaml.number", 1, 4)),
        ("a: " + "9" * 300, ("yaml.number", 1, 4)),
        ("", ("yaml.empty", 1, 1)),
        ("# only words\n", ("yaml.empty", 1, 1)),
        (b"a: \xff", ("yaml.encoding", 1, None)),
        ("a: 1".encode("utf-16"), ("yaml.encoding", 1, None)),
        (b"a: x\x00y", ("yaml.character", 1, 5)),
        ("b: 1\na: x\x1by", ("yaml.character", 2, 5)),
        ("a: \ud800", ("yaml.character", 1, 4)),
    ],
)
def test_refused_with_its_place(text: str | bytes, expected: tuple[str, int | None, int | None]) -> None:
    code, line, column = refused(text)
    assert (code, line) == expected[:2]
    if code != "yaml.syntax":
        assert column == expected[2]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "[{a: "])
def test_depth_is_capped_before_anything_is_built(opening: str) -> None:
    assert refused(opening * (200_000 // len(opening)))[0] == "yaml.too_deep"


def test_depth_at_the_cap_passes_and_one_more_does_not() -> None:
    read_document("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert refused("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))[0] == "yaml.too_deep"


def test_nodes_are_capped() -> None:
    read_document("[" + "1," * (MAX_NODES - 1) + "]")
    assert refused("[" + "1," * MAX_NODES + "]")[0] == "yaml.too_many_nodes"


@pytest.mark.parametrize("text", ["a" * 5_000_000, b"a" * 5_000_000, "é" * (MAX_BYTES // 2 + 1)])
def test_five_megabytes_are_not_parsed(text: str | bytes) -> None:
    with pytest.raises(TooLarge) as caught:
        read_document(text)
    assert caught.value.code == "yaml.too_large"


def test_a_small_bomb_costs_no_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(ALIAS_BOMB)
    refused("[" * 200_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_byte_order_mark_and_windows_line_ends_pass() -> None:
    assert read_document("\ufeffa: 1\r\nb: x\r\n".encode()).data == {"a": 1, "b": "x"}
    assert read_document("\ufeffa: 1").data == {"a": 1}


def test_places_are_those_of_the_text() -> None:
    document = read_document("a:\n  - x\n  - b/c: {d~: 1}\n")
    assert document.places["/a"] == (1, 1)
    assert document.places["/a/0"] == (2, 5)
    assert document.places["/a/1/b~1c/d~0"] == (3, 11)
    assert document.place("/a/1/none/deeper").line == 3
    assert document.place("").path == "/"


def mutate(text: str, rng: random.Random) -> str:
    pieces = [
        "&a ",
        "*a",
        "!!x ",
        "<<: ",
        "\t",
        "\n",
        "'",
        '"',
        "{",
        "[",
        "]",
        "}",
        ": ",
        "- ",
        "|",
        ">",
        "%",
        "\x00",
        "\u2028",
        "é",
        "---\n",
    ]
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(text) + 1)
        kind = rng.randrange(4)
        if kind == 0:
            text = text[:at] + rng.choice(pieces) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + rng.randint(1, 9) :]
        elif kind == 2:
            text = text[:at] + chr(rng.choice([0, 7, 0x85, 0xFEFF, 0x1F600, rng.randrange(32, 127)])) + text[at + 1 :]
        else:
            other = rng.randrange(len(text) + 1)
            text = text[:at] + text[other : other + rng.randint(1, 40)] + text[at:]
    return text


@pytest.mark.parametrize("seed", range(20))
def test_mutations_are_invalid_or_read_as_the_library_reads_them(seed: int) -> None:
    rng = random.Random(seed)
    sources = [path.read_text(encoding="utf-8") for path in sorted(GOLDEN.glob("*.yaml"))]
    for _ in range(100):
        text = mutate(rng.choice(sources), rng)
        started = time.process_time()
        try:
            document = read_document(text)
        except Invalid as error:
            if error.place.line is None:
                pytest.fail(f"no line: {error}")
            continue
        assert time.process_time() - started < 5
        as_read = YAML(typ="base", pure=True).load(text)
        assert texts(document.data) == texts(as_read)
        with contextlib.suppress(Invalid):
            compile_dashboard(load_dashboard(text)).as_json()


def texts(node: object) -> object:
    """The shape and keys alone: scalars are compared as present, since their types are this room's own."""
    if isinstance(node, dict):
        return {str(key): texts(value) for key, value in node.items()}
    if isinstance(node, list):
        return [texts(value) for value in node]
    return node if isinstance(node, str) and node.strip() != "" and node[0] not in "+-.0123456789~nNtTfF" else "scalar"


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_is_refused_or_read(text: str | bytes) -> None:
    with contextlib.suppress(Invalid):
        load_dashboard(text)
