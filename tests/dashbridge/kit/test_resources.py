from __future__ import annotations

from pathlib import Path

import pytest

from dashbridge.kit import resource_folder, resources


@pytest.mark.parametrize("name", ["packs", "prompts", "schemas", "migrations"])
def test_a_checkout_has_its_folders_at_the_root(name: str) -> None:
    assert resource_folder(name).is_dir()


def test_the_packs_hold_the_flights() -> None:
    assert (resource_folder("packs") / "flights" / "tables.toml").is_file()


def test_a_wheel_has_them_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packaged = tmp_path / "dashbridge" / "_resources" / "packs"
    packaged.mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "dashbridge")
    monkeypatch.setattr(resources, "_CHECKOUT", tmp_path / "checkout")
    assert resource_folder("packs") == packaged
    assert resource_folder("prompts") == tmp_path / "checkout" / "prompts"
