"""The vault port: seals small secrets under a key that lives elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dashbridge.kit import DashbridgeError, Invalid, Unavailable


class CannotOpen(DashbridgeError):
    """A sealed secret was not sealed by this key for this team, resource and field, or was changed since."""

    default_code = "cannot_open_secret"


class KeyDisabled(Unavailable):
    """The key that sealed a secret is known, but its owner disabled or destroyed it."""

    default_code = "vault_key_disabled"


@dataclass(frozen=True, slots=True)
class SealedFor:
    """What a sealed secret belongs to; it opens for nothing else. Bound as associated data `v1|team|resource|field`."""

    team_id: str
    resource_id: str
    field: str

    def __post_init__(self) -> None:
        if any("|" in part for part in (self.team_id, self.resource_id, self.field)):
            # Or ("a|b", "c") and ("a", "b|c") would be the same owner.
            raise Invalid("a secret's team, resource and field have no | in them", code="bad_secret_owner")

    def associated_data(self) -> bytes:
        """The associated data of the AEAD."""
        return "|".join(("v1", self.team_id, self.resource_id, self.field)).encode()


class Vault(Protocol):
    """Seals and opens secrets. Plaintext never appears in an error, a log or a repr."""

    async def seal(self, plaintext: bytes, sealed_for: SealedFor) -> bytes:
        """Encrypt. Raises Unavailable."""

    async def open(self, sealed: bytes, sealed_for: SealedFor) -> bytes:
        """Decrypt. Raises CannotOpen, Unavailable."""

    async def rewrap(self, sealed: bytes, sealed_for: SealedFor) -> bytes | None:
        """The same secret sealed anew; None if the newest key sealed it already. Raises CannotOpen, Unavailable."""

    async def rotate(self) -> None:
        """Seal with a fresh key from now on; what the old ones sealed still opens.

        Raises Unavailable, Invalid (`kms_rotates`) where others than we make the keys.
        """

    async def close(self) -> None:
        """Let go of connections and cached keys; the vault is not used afterwards."""
