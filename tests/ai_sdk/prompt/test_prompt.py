from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_sdk.prompt import PromptBlock, assemble, load_blocks, load_text, marked
from dashbridge.dashboards import compile_dashboard, load_dashboard

FOLDER = Path(__file__).resolve().parents[3] / "prompts"
TOOLS = (
    "list_datasets",
    "list_tables",
    "get_table_schema",
    "search_catalog",
    "column_values",
    "run_dry_run_query",
    "validate_dashboard_yaml",
    "save_dashboard_yaml",
    "list_dashboards",
    "get_dashboard_yaml",
    "ask_question",
)
BLOCKS = ("role", "dashboard-yaml", "layout", "bigquery", "duckdb")


def test_stable_blocks_come_first_in_the_order_given() -> None:
    context = PromptBlock("context", "{}")
    stable = [PromptBlock("a", "A", True), PromptBlock("b", "B", True)]
    assert [block.name for block in assemble([context], stable)] == ["a", "b", "context"]


def test_two_blocks_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="twice: a"):
        assemble([PromptBlock("a", "A")], [PromptBlock("a", "B")])


@given(st.lists(st.booleans()), st.integers(0, 6))
def test_marks_are_few_and_only_on_stable_blocks(stable: list[bool], most: int) -> None:
    found = marked([PromptBlock(str(index), "x", flag) for index, flag in enumerate(stable)], most)
    assert len(found) == min(most, sum(stable))
    assert all(stable[index] for index in found)


@pytest.mark.parametrize("name", ["nothing", "../README"])
def test_an_absent_prompt_names_those_that_exist(name: str) -> None:
    with pytest.raises(ValueError, match="role"):
        load_text(FOLDER / "blocks", name)


def test_an_empty_prompt_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(" \n")
    with pytest.raises(ValueError, match="empty"):
        load_text(tmp_path, "a")


def test_every_block_is_there_and_none_is_unknown() -> None:
    blocks = load_blocks(FOLDER / "blocks", BLOCKS)
    assert all(block.cache and len(block.text) > 200 for block in blocks)
    assert {file.stem for file in (FOLDER / "blocks").glob("*.md")} == set(BLOCKS)


def test_every_tool_has_a_description() -> None:
    assert {file.stem for file in (FOLDER / "tools").glob("*.md")} == set(TOOLS)
    for name in TOOLS:
        assert 40 < len(load_text(FOLDER / "tools", name)) < 1_500


def test_the_example_in_the_prompt_is_a_valid_dashboard() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", load_text(FOLDER / "blocks", "dashboard-yaml"), re.DOTALL)
    loaded = load_dashboard(example)
    assert loaded.warnings == ()
    compile_dashboard(loaded)


@pytest.mark.parametrize("file", sorted(FOLDER.rglob("*.md")), ids=lambda file: file.stem)
def test_prompts_name_no_dead_ends(file: Path) -> None:
    text = file.read_text("utf-8")
    assert "TODO" not in text
    assert not re.search(r"https?://", text)
