"""Fixtures: servers in the place of Google's, on ports of their own. Import those you need into your conftest.

`strict_gcs` is our own server of Cloud Storage's protocol, for what fake-gcs-server (the fixture `gcs_server` of every
test) lets pass, and for failures (`fakes.gcs_server.GcsServer`). Point the official client at either with
STORAGE_EMULATOR_HOST. `kms_server` is a local Cloud KMS (`fakes.kms_server.KmsServer`) with one key,
`fakes.kms_server.KEY`; DASHBRIDGE_KMS_ENDPOINT is its `address`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fakes.gcs_server import GcsServer
from fakes.kms_server import KmsServer


@pytest.fixture
def strict_gcs() -> Iterator[GcsServer]:
    """Our own server of the protocol, fresh for each test; `strict_gcs.fail(…)` makes requests fail."""
    with GcsServer().running() as server:
        yield server


@pytest.fixture
def kms_server() -> Iterator[KmsServer]:
    """A local Cloud KMS, fresh for each test."""
    with KmsServer().running() as server:
        yield server
