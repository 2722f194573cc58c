"""What each engine needs to be reached: sealed in the vault, never shown again."""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from dashbridge.kit import Invalid

_PROJECT = r"^(?:[a-z0-9.-]{1,100}:)?[a-z][a-z0-9-]{0,62}$"
_DATASET = re.compile(r"\w{1,1024}", re.ASCII)
_EMAIL = r"^[A-Za-z0-9._%+-]{1,100}@[A-Za-z0-9.-]{1,200}$"
_KEY_PARTS = ("client_email", "private_key")


class DuckDBSettings(BaseModel):
    """A DuckDB file, named by its path under the team's own folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: ClassVar[str] = "duckdb"

    path: str = Field(min_length=1, max_length=500)


class BigQuerySettings(BaseModel):
    """A BigQuery project, and in whose name it is asked.

    `credentials`: `default` is the server's own identity, `impersonate` the account of that email through it, and
    `service_account` an account by the JSON of its key. Tables of `projects` may be named beside those of `project`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    kind: ClassVar[str] = "bigquery"

    project: str = Field(pattern=_PROJECT, description="The project of the data.")
    projects: list[str] = Field(default=[], max_length=100, description="Other projects whose tables may be named.")
    location: str | None = Field(None, pattern=r"^[A-Za-z0-9-]{2,40}$", description="Where jobs run, e.g. US.")
    billing_project: str | None = Field(None, pattern=_PROJECT, description="The project that pays, if another.")
    credentials: Literal["default", "service_account", "impersonate"] = "default"
    service_account: SecretStr | None = Field(None, max_length=20_000, description="The JSON of the account's key.")
    impersonate: str | None = Field(None, pattern=_EMAIL, description="Email of the account to act as.")
    timeout_s: float | None = Field(None, gt=0, le=21_600, description="Seconds one job may take at most.")

    @field_validator("projects")
    @classmethod
    def _check_projects(cls, projects: list[str]) -> list[str]:
        if any(re.match(_PROJECT, project) is None for project in projects):
            raise ValueError("these are not names of projects")
        return projects

    @field_validator("service_account")
    @classmethod
    def _check_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not _is_key(key.get_secret_value()):
            raise ValueError("this is not the JSON of a service account's key")
        return key

    @model_validator(mode="after")
    def _check_credentials(self) -> BigQuerySettings:
        if (self.credentials == "service_account") != (self.service_account is not None):
            raise ValueError("`service_account` goes with credentials: service_account, and that needs it")
        if (self.credentials == "impersonate") != (self.impersonate is not None):
            raise ValueError("`impersonate` goes with credentials: impersonate, and that needs it")
        return self


ConnectionSettings = DuckDBSettings | BigQuerySettings


def packed(settings: ConnectionSettings) -> bytes:
    """The settings for the vault, with their secrets."""
    values: dict[str, Any] = settings.model_dump(mode="json")
    if isinstance(settings, BigQuerySettings) and settings.service_account is not None:
        values["service_account"] = settings.service_account.get_secret_value()
    return json.dumps(values).encode()


def unpacked(kind: str, data: bytes) -> ConnectionSettings:
    """The settings out of the vault."""
    if kind == BigQuerySettings.kind:
        return BigQuerySettings.model_validate_json(data)
    return DuckDBSettings.model_validate_json(data)


def default_dataset(settings: ConnectionSettings, allowed: list[str] | None) -> str:
    """What a table name without a dataset means. Raises Invalid: BigQuery needs its datasets named, as it spells them.

    The first dataset of a BigQuery connection is its default.
    """
    if isinstance(settings, DuckDBSettings):
        return "main"
    if not allowed or not all(_DATASET.fullmatch(name) for name in allowed):
        raise Invalid(
            "A BigQuery connection needs the datasets it may read",
            code="datasets_missing",
            hint="name them as BigQuery spells them, without the project; the first is the default",
        )
    return allowed[0]


def _is_key(text: str) -> bool:
    try:
        found = json.loads(text)
    except ValueError:
        return False
    if not isinstance(found, dict) or found.get("type") != "service_account":
        return False
    return all(isinstance(found.get(part), str) and found[part] for part in _KEY_PARTS)
