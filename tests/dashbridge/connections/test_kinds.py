"""What may be said of a connection, and that no secret in it is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from dashbridge.connections.kinds import BigQuerySettings, DuckDBSettings, default_dataset, packed, unpacked
from dashbridge.kit import Invalid

KEY = json.dumps({"type": "service_account", "client_email": "a@b.example", "private_key": "CANARY"})


def test_settings_come_out_of_the_vault_as_they_went_in() -> None:
    for settings in (
        DuckDBSettings(path="a.duckdb"),
        BigQuerySettings(project="shop", projects=["other"], location="EU", billing_project="payer"),
        BigQuerySettings(project="shop", credentials="service_account", service_account=KEY),
        BigQuerySettings(project="shop", credentials="impersonate", impersonate="a@b.example"),
    ):
        assert unpacked(settings.kind, packed(settings)) == settings


def test_a_key_is_not_shown() -> None:
    settings = BigQuerySettings(project="shop", credentials="service_account", service_account=KEY)
    assert "CANARY" not in f"{settings!r} {settings} {settings.model_dump_json()}"
    assert b"CANARY" in packed(settings)


@pytest.mark.parametrize(
    "wrong",
    [
        {"project": "Shop"},
        {"project": "shop`; --"},
        {"project": ""},
        {"project": "shop", "projects": ["a`b"]},
        {"project": "shop", "location": "US`"},
        {"project": "shop", "endpoint": "http://169.254.169.254"},
        {"project": "shop", "credentials": "service_account"},
        {"project": "shop", "service_account": KEY},
        {"project": "shop", "credentials": "impersonate"},
        {"project": "shop", "credentials": "impersonate", "impersonate": "nobody"},
        {"project": "shop", "credentials": "service_account", "service_account": "CANARY"},
        {"project": "shop", "credentials": "service_account", "service_account": '{"type": "external_account"}'},
        {"project": "shop", "credentials": "service_account", "service_account": "[]"},
        {"project": "shop", "timeout_s": 0},
    ],
)
def test_settings_that_do_not_fit_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        BigQuerySettings.model_validate(wrong)
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize("datasets", [None, [], ["a.b"], ["a`b"], ["sales", ""]])
def test_bigquery_needs_its_datasets_named(datasets: list[str] | None) -> None:
    with pytest.raises(Invalid) as caught:
        default_dataset(BigQuerySettings(project="shop"), datasets)
    assert caught.value.code == "datasets_missing"


def test_the_first_dataset_is_the_default() -> None:
    assert default_dataset(BigQuerySettings(project="shop"), ["sales", "ref"]) == "sales"
    assert default_dataset(DuckDBSettings(path="a"), None) == "main"
