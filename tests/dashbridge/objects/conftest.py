"""Servers of Cloud Storage."""

from fakes.google_servers import strict_gcs  # noqa: F401 - fixtures
