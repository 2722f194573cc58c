"""Who asks BigQuery, where, and in whose name: clients out of credentials."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import Any

import google.auth
import grpc
from google.api_core.client_options import ClientOptions
from google.api_core.retry import Retry
from google.auth import exceptions, impersonated_credentials
from google.auth.credentials import AnonymousCredentials, Credentials
from google.cloud import bigquery
from google.cloud.bigquery.retry import DEFAULT_RETRY
from google.cloud.bigquery_storage_v1 import BigQueryReadClient
from google.cloud.bigquery_storage_v1.services.big_query_read.transports import BigQueryReadGrpcTransport
from google.oauth2 import service_account

from dashbridge.warehouse.base import WarehouseRefused

_SCOPES = ("https://www.googleapis.com/auth/bigquery", "https://www.googleapis.com/auth/cloud-platform")
_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address; never the one a key file names


@dataclass(frozen=True, slots=True)
class BigQueryAccess:
    """How to reach BigQuery.

    `project` holds the data; `billing_project` pays and runs the jobs, if it is another. With `service_account` (the
    JSON of a key) that account asks; else the process's own identity, or with `impersonate` the account of that email
    through it. `endpoint` and `storage_endpoint` replace Google's addresses and are asked without credentials.
    """

    project: str
    location: str | None = None
    billing_project: str | None = None
    service_account: str | None = field(default=None, repr=False)
    impersonate: str | None = None
    endpoint: str | None = None
    storage_endpoint: str | None = None

    @property
    def payer(self) -> str:
        """The project whose jobs they are."""
        return self.billing_project or self.project


class Clients:
    """The clients of one connection, made when first asked for: credentials may need the network."""

    def __init__(self, access: BigQueryAccess, retry_s: float) -> None:
        self.retry: Retry = DEFAULT_RETRY.with_timeout(retry_s)
        self._access = access
        self._lock = threading.Lock()
        self._client: bigquery.Client | None = None
        self._storage: BigQueryReadClient | None = None
        self._credentials: Credentials | None = None
        self._without_storage = access.endpoint is not None and access.storage_endpoint is None

    def rest(self) -> bigquery.Client:
        """The client of the REST API. Blocks. Raises WarehouseRefused (credentials that do not work)."""
        with self._lock:
            if self._client is None:
                endpoint = self._access.endpoint
                options = ClientOptions(api_endpoint=endpoint) if endpoint else None
                self._client = bigquery.Client(
                    project=self._access.payer,
                    credentials=self._make_credentials(),
                    location=self._access.location,
                    client_options=options,
                )
            return self._client

    def storage(self) -> BigQueryReadClient | None:
        """The client of the Storage Read API, or None where that API is not to be had."""
        with self._lock:
            if self._without_storage:
                return None
            if self._storage is None:
                target = self._access.storage_endpoint
                if target is None:
                    self._storage = BigQueryReadClient(credentials=self._make_credentials())
                else:
                    channel = grpc.insecure_channel(target)
                    self._storage = BigQueryReadClient(transport=BigQueryReadGrpcTransport(channel=channel))
            return self._storage

    def forgo_storage(self) -> None:
        """Ask the Storage Read API no more: it is not enabled or not allowed."""
        self._without_storage = True

    def close(self) -> None:
        """Let go of connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            if self._storage is not None:
                self._storage.transport.close()

    def _make_credentials(self) -> Credentials:
        if self._credentials is None:
            self._credentials = AnonymousCredentials() if self._access.endpoint else _credentials(self._access)
        return self._credentials


def _credentials(access: BigQueryAccess) -> Credentials:
    try:
        if access.service_account is not None:
            info: dict[str, Any] = json.loads(access.service_account) | {"token_uri": _TOKEN_URI}
            info.pop("universe_domain", None)
            made: Credentials = service_account.Credentials.from_service_account_info(info, scopes=_SCOPES)
            return made
        source, _ = google.auth.default(scopes=_SCOPES)
    except exceptions.DefaultCredentialsError:
        raise WarehouseRefused(
            "This server has no Google identity of its own",
            code="bad_credentials",
            hint="give the connection a service account key, or run the server with application default credentials",
        ) from None
    except (ValueError, TypeError, AttributeError, exceptions.GoogleAuthError):
        raise WarehouseRefused(
            "The service account key cannot be read",
            code="bad_credentials",
            hint="give the JSON file that Google made for the key, unchanged",
        ) from None
    if access.impersonate is None:
        return source
    return impersonated_credentials.Credentials(
        source_credentials=source, target_principal=access.impersonate, target_scopes=list(_SCOPES)
    )
