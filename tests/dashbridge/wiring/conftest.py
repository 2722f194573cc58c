"""Servers in the place of Google's."""

from fakes.google_servers import gcs_server, kms_server, strict_gcs  # noqa: F401 - fixtures
