"""A local Cloud KMS."""

from fakes.google_servers import kms_server  # noqa: F401 - fixtures
