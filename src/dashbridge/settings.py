"""Settings, read from the environment: `DASHBRIDGE_<NAME>`; each is documented in `docs/settings.md`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from dashbridge.kit import Invalid, Place, Problem


class Settings(BaseSettings):
    """Every setting with its embedded default."""

    model_config = SettingsConfigDict(env_prefix="DASHBRIDGE_", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the server listens on; 0 takes a free one.")
    public_url: str | None = Field(
        None, description="Address people reach the server by; made of host and port if unset."
    )
    data_dir: Path = Field(
        Path(".dashbridge"), description="Folder of the embedded parts: PostgreSQL, objects, key, DuckDB."
    )

    database_url: SecretStr | None = Field(
        None, description="PostgreSQL of the directory, as the app role (not the owner); embedded if unset."
    )
    database_admin_url: SecretStr | None = Field(
        None, description="PostgreSQL as a superuser, to create roles and run migrations; needed once."
    )
    admin_key: SecretStr | None = Field(
        None,
        description="API key of the first admin, `dbk_` and 43 characters of base64url; kept in the data dir if unset.",
    )
    object_store: str | None = Field(
        None,
        description="Bucket of the objects, `gs://BUCKET[/PREFIX]`; the folder `objects` in the data dir if unset.",
    )
    kms_key: str | None = Field(
        None,
        description="Cloud KMS key that seals secrets, `projects/…/cryptoKeys/…`; `vault.key` in the data dir else.",
    )
    kms_endpoint: str | None = Field(
        None, description="Another address of Cloud KMS, `HOST:PORT`; without TLS on this machine only."
    )
    duckdb_root: Path | None = Field(
        None, description="Folder under which each team's DuckDB files lie; `duckdb` in the data dir if unset."
    )
    bigquery_endpoint: str | None = Field(
        None, description="Another address of the BigQuery API, asked without credentials; also BIGQUERY_EMULATOR_HOST."
    )
    bigquery_storage_endpoint: str | None = Field(
        None, description="Address of the Storage Read API beside it, `HOST:PORT`; results come by REST if unset."
    )
    bigquery_own_identity: bool = Field(
        True, description="Whether connections may use the server's own Google identity, or act as others through it."
    )
    demo_warehouse: str | None = Field(
        None, description="Where the demo's flights lie, `bigquery://PROJECT/DATASET`; a DuckDB file if unset."
    )
    model: str = Field("offline", description="`offline`, `anthropic:MODEL` or `openai:MODEL`.")
    anthropic_base_url: str | None = Field(None, description="Another address of the Anthropic Messages API.")
    openai_base_url: str | None = Field(None, description="Address of an OpenAI-compatible API.")

    query_workers: int = Field(2, ge=1, le=64, description="DuckDB worker processes.")
    query_memory_mb: int = Field(2048, ge=256, description="Memory limit of one DuckDB worker, in MiB.")
    query_timeout_s: float = Field(30.0, gt=0, description="Seconds after which a query is stopped.")
    max_query_rows: int = Field(1_000_000, ge=1, description="Rows one query of a dashboard may return.")
    max_insight_rows: int = Field(100_000, ge=1, description="Rows one insight answers with; more are cut and flagged.")
    max_shared_rows: int = Field(
        200_000, ge=1, description="Rows one run of a query may give to the several insights that share it."
    )
    browser_max_rows: int = Field(
        1_000_000, ge=0, description="Rows of one insight that a browser may compute with; 0 keeps all on the server."
    )
    browser_max_bytes: int = Field(
        64 * 2**20, ge=0, description="Bytes of those rows; more, and the insight is computed on the server."
    )
    max_upload_bytes: int = Field(100_000_000, ge=1, description="Bytes of one uploaded CSV or Parquet file.")
    cache_mb: int = Field(256, ge=1, description="Memory for answers kept in this process, in MiB.")
    front_mb: int = Field(
        64, ge=1, description="Memory for answers that are sent again as they were, compressed ones too, in MiB."
    )
    cache_url: SecretStr | None = Field(
        None, description="Redis or Valkey that all processes share rows through, `redis://HOST:PORT/0`; none if unset."
    )
    cache_timeout_ms: int = Field(
        50,
        ge=1,
        description="Milliseconds a request waits for one answer of the shared cache before it computes itself.",
    )
    cache_lease_s: float = Field(
        5.0, gt=0, description="Seconds after which other processes go on with a query whose process died at it."
    )
    keep_results: bool = Field(
        False, description="Whether computed rows are kept in the object store, where there is no shared cache."
    )
    stale_s: float = Field(
        0.0,
        ge=0,
        description="Seconds for which rows are given, marked, after newer data came; 0: newer ones are waited for.",
    )
    last_good_s: float = Field(
        86_400.0,
        ge=0,
        description="Seconds for which the last rows are given, marked, where the warehouse fails; 0: never.",
    )

    warm_on_save: Literal["on", "off", "free"] = Field(
        "free", description="Whether a save's data is computed at once: `on`, `off`, or `free`: where it costs nothing."
    )
    warm_at_once: int = Field(2, ge=1, le=64, description="Dashboards whose data is computed after saves at a time.")

    stop_s: float = Field(
        8.0, gt=0, le=600, description="Seconds from SIGTERM within which turns and requests are ended."
    )
    log_format: Literal["text", "json"] = Field("text", description="`text` for a terminal, `json` for Cloud Logging.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="What is logged: `debug`, `info`, `warning` or `error`."
    )

    bigquery_usd_per_tib: float = Field(
        6.25, ge=0, description="Price of a TiB that BigQuery reads, on demand; 0 where capacity is paid for."
    )
    duckdb_usd_per_tib: float = Field(0.0, ge=0, description="Price of a TiB that DuckDB reads; 0: it costs nothing.")
    budget_turn_bytes: int = Field(
        10 * 2**30, ge=0, description="Bytes that one chat turn may read where reading costs money; 0 sets no limit."
    )
    budget_refresh_bytes: int = Field(
        50 * 2**30, ge=0, description="Bytes that one refresh of a dashboard may read there; 0 sets no limit."
    )
    budget_team_day_bytes: int = Field(
        2**40, ge=0, description="Bytes that a team may read there in a UTC day; 0 sets no limit."
    )

    turn_max_steps: int = Field(40, ge=1, description="Requests to the model in one turn.")
    turn_max_tokens: int = Field(400_000, ge=1, description="Tokens of one turn, read and written.")
    turn_max_usd: float = Field(2.0, gt=0, description="Money one turn may cost, where prices are known.")
    turn_max_seconds: float = Field(600.0, gt=0, description="Seconds one turn may take.")

    def embedded(self, name: str) -> Path:
        """A path inside the data dir, absolute."""
        return self.data_dir.absolute() / name

    def url(self, port: int | None = None) -> str:
        """The address people reach the server by."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port if port is None else port}"


def read_settings() -> Settings:
    """The settings of the environment. Raises Invalid, with each variable that does not fit; never shows its value."""
    try:
        return Settings()
    except ValidationError as error:
        raise Invalid.of(
            [
                Problem(
                    "bad_setting",
                    f"DASHBRIDGE_{'_'.join(map(str, found['loc'])).upper()}: {found['msg']}",
                    Place(),
                    "see docs/settings.md",
                )
                for found in error.errors(include_input=False, include_url=False)
            ]
        ) from error
