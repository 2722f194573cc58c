"""Servers in the place of Google's."""

from fakes.google_servers import kms_server, strict_gcs  # noqa: F401 - fixtures
