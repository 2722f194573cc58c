from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from dashbridge.planner.emit import emit
from dashbridge.planner.textpatch import patch_text, rewritten

FILE = """# head
version: 1
title: Old  # mine
views:
  # the first
  a:
    type: line   # thin
    title: One

  b: {type: bar, title: Two}
layout:
  rows:
    - height: sm
      items: [{view: a, span: 6}]
    # second row
    - height: md
      items: [{view: b, span: 12}]
"""


def read(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def test_only_the_changed_lines_change() -> None:
    before = read(FILE)
    after = copy.deepcopy(before)
    after["views"]["a"]["title"] = "New: one"
    text = patch_text(FILE, before, after)
    assert read(text) == after
    assert text == FILE.replace("title: One", 'title: "New: one"')


def test_a_view_is_removed_and_one_added_with_the_comments_kept() -> None:
    before = read(FILE)
    after = copy.deepcopy(before)
    del after["views"]["b"]
    after["views"]["c"] = {"type": "table"}
    after["layout"]["rows"][1] = {"height": "lg", "items": [{"view": "c", "span": 12}]}
    text = patch_text(FILE, before, after)
    assert read(text) == after
    assert "# head" in text
    assert "# thin" in text
    assert "height: sm\n      items: [{view: a, span: 6}]" in text


def test_a_file_with_comments_is_never_written_anew() -> None:
    assert rewritten(FILE, {"title": "x"}) is None
    assert rewritten("title: y\n", {"title": "x"}) == "title: x\n"


KEY = st.from_regex(r"[a-d]{1,2}", fullmatch=True)
DATA = st.dictionaries(
    KEY,
    st.recursive(
        st.integers() | st.text("ab :#-", max_size=5),
        lambda x: st.dictionaries(KEY, x, min_size=1, max_size=3) | st.lists(x, max_size=3),
        max_leaves=8,
    ),
    min_size=1,
    max_size=4,
)


@given(DATA, DATA)
def test_patching_our_own_text_gives_the_data_asked_for(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert read(patch_text(emit(before), before, after)) == after
