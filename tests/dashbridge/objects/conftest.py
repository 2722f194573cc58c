"""Servers of Cloud Storage."""

from fakes.google_servers import gcs_server, strict_gcs  # noqa: F401 - fixtures
