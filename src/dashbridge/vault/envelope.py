"""Envelope encryption by Tink: every secret gets a fresh AES-256-GCM key, which the key-encryption key wraps."""

from __future__ import annotations

from contextlib import suppress
from typing import NoReturn

import tink
from tink import aead, proto_keyset_format, secret_key_access
from tink.proto import tink_pb2

from dashbridge.vault.base import CannotOpen, SealedFor

aead.register()
_TEMPLATE = aead.aead_key_templates.AES256_GCM
_LENGTH = 4


def new_keyset() -> tink.KeysetHandle:
    """A keyset of one fresh key."""
    return tink.new_keyset_handle(_TEMPLATE)


def rotated(keyset: tink.KeysetHandle) -> tink.KeysetHandle:
    """The keyset with a fresh key that seals from now on; its old keys still open."""
    token = secret_key_access.TOKEN
    keys = tink_pb2.Keyset.FromString(proto_keyset_format.serialize(keyset, token))
    taken = {key.key_id for key in keys.key}
    while True:
        fresh = tink_pb2.Keyset.FromString(proto_keyset_format.serialize(new_keyset(), token))
        if fresh.primary_key_id not in taken:
            break
    keys.key.extend(fresh.key)
    keys.primary_key_id = fresh.primary_key_id
    return proto_keyset_format.parse(keys.SerializeToString(), token)


def seal_with(key: aead.Aead, plaintext: bytes, sealed_for: SealedFor) -> bytes:
    """The wrapped key and the ciphertext in Tink's framing. Raises what `key` raises."""
    sealed: bytes = aead.KmsEnvelopeAead(_TEMPLATE, key).encrypt(plaintext, sealed_for.associated_data())
    return sealed


def open_with(key: aead.Aead, sealed: bytes, sealed_for: SealedFor) -> bytes:
    """The plaintext. Raises CannotOpen, and what `key` raises but a TinkError."""
    with suppress(tink.TinkError):
        plaintext: bytes = aead.KmsEnvelopeAead(_TEMPLATE, key).decrypt(sealed, sealed_for.associated_data())
        return plaintext
    # Raised out here so that nothing of Tink's error hangs on ours.
    raise CannotOpen(
        f"the secret {sealed_for.field!r} cannot be opened",
        hint="enter it again; the key may have been replaced, or the stored secret changed or moved",
    )


class Envelope:
    """Seals and opens with one keyset. Cannot be pickled; its repr shows nothing."""

    def __init__(self, keyset: tink.KeysetHandle) -> None:
        self._aead = keyset.primitive(aead.Aead)
        self._newest: int = keyset.keyset_info().primary_key_id

    def seal(self, plaintext: bytes, sealed_for: SealedFor) -> bytes:
        """The wrapped key and the ciphertext in Tink's framing."""
        return seal_with(self._aead, plaintext, sealed_for)

    def open(self, sealed: bytes, sealed_for: SealedFor) -> bytes:
        """The plaintext. Raises CannotOpen."""
        return open_with(self._aead, sealed, sealed_for)

    def rewrap(self, sealed: bytes, sealed_for: SealedFor) -> bytes | None:
        """The secret sealed anew; None if the newest key sealed it already. Raises CannotOpen."""
        plaintext = self.open(sealed, sealed_for)
        # Tink writes the id of the wrapping key after one byte of version.
        wrapped_by = int.from_bytes(sealed[_LENGTH + 1 : _LENGTH + 5], "big")
        return None if wrapped_by == self._newest else self.seal(plaintext, sealed_for)

    def __getstate__(self) -> NoReturn:
        raise TypeError("an envelope holds keys and is not pickled")
