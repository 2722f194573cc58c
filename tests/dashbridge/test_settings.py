"""Every setting and every chat event is documented, and a setting that does not fit says so without a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashbridge.api import ui_stream
from dashbridge.chat import native as events
from dashbridge.kit import Invalid
from dashbridge.settings import Settings, read_settings

DOCS = Path(__file__).resolve().parents[2] / "docs"
ROW = re.compile(r"^\| `([^`]+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"DASHBRIDGE_{name.upper()}", raising=False)


def test_every_setting_is_documented_with_its_default_and_no_other_is() -> None:
    documented = {name: (default, text) for name, default, text in ROW.findall((DOCS / "settings.md").read_text())}
    fields = {
        f"DASHBRIDGE_{name.upper()}": ("unset" if field.default is None else f"`{field.default}`", field.description)
        for name, field in Settings.model_fields.items()
    }
    assert documented == fields


def test_every_chat_event_is_documented_and_no_other_is() -> None:
    documented = {name for name, _, _ in ROW.findall((DOCS / "chat-events.md").read_text())}
    named = set(re.findall(r"[a-z_]+(?= ·)|(?<=· )[a-z_]+", events.__doc__ or ""))
    assert documented == named
    assert set(events.LAST) < documented


def test_the_parts_of_the_ui_stream_are_named() -> None:
    page = (DOCS / "chat-events.md").read_text()
    for name in ("data-dashboard", "data-error", "abort", "error"):
        assert f"`{name}`" in page
        assert f'"{name}"' in Path(ui_stream.__file__).read_text()


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DASHBRIDGE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DASHBRIDGE_PORT", "8123")
    settings = read_settings()
    assert settings.embedded("api_key") == tmp_path / "api_key"
    assert settings.url() == "http://127.0.0.1:8123"
    assert settings.url(9000) == "http://127.0.0.1:9000"


def test_the_public_address_wins_and_ipv6_gets_brackets() -> None:
    assert Settings(public_url="https://dash.example/").url(1) == "https://dash.example"
    assert Settings(host="::1").url() == "http://[::1]:8000"


def test_settings_that_do_not_fit_are_named_each_without_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBRIDGE_PORT", "CANARY")
    monkeypatch.setenv("DASHBRIDGE_QUERY_WORKERS", "0")
    with pytest.raises(Invalid) as refused:
        read_settings()
    text = str(refused.value)
    assert "DASHBRIDGE_PORT" in text
    assert "DASHBRIDGE_QUERY_WORKERS" in text
    assert "docs/settings.md" in text
    assert "CANARY" not in text


def test_secrets_do_not_show_in_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBRIDGE_DATABASE_URL", "postgresql://app:CANARY@db/dash")
    assert "CANARY" not in repr(read_settings())
