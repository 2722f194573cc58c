"""The vault in memory: the twin for tests; its key is gone with the process."""

from __future__ import annotations

from typing import NoReturn

from dashbridge.vault.base import SealedFor
from dashbridge.vault.envelope import Envelope, new_keyset, rotated


class MemoryVault:
    """Seals with a keyset that is nowhere else."""

    def __init__(self) -> None:
        self._keyset = new_keyset()
        self._envelope = Envelope(self._keyset)

    async def seal(self, plaintext: bytes, sealed_for: SealedFor) -> bytes:
        """Encrypt."""
        return self._envelope.seal(plaintext, sealed_for)

    async def open(self, sealed: bytes, sealed_for: SealedFor) -> bytes:
        """Decrypt. Raises CannotOpen."""
        return self._envelope.open(sealed, sealed_for)

    async def rewrap(self, sealed: bytes, sealed_for: SealedFor) -> bytes | None:
        """The secret sealed anew; None if the newest key sealed it already. Raises CannotOpen."""
        return self._envelope.rewrap(sealed, sealed_for)

    async def rotate(self) -> None:
        """Seal with a fresh key from now on; what the old ones sealed still opens."""
        self._keyset = rotated(self._keyset)
        self._envelope = Envelope(self._keyset)

    async def close(self) -> None:
        """The keyset stays: there is nowhere to read it from again."""

    def __getstate__(self) -> NoReturn:
        raise TypeError("a vault holds keys and is not pickled")
