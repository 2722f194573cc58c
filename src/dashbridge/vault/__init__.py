"""The vault port: small secrets sealed for one team, resource and field.

Owns envelope encryption (Google Tink AEAD) and the key that wraps it. Never stores what it seals (the caller keeps the
bytes) and never shows plaintext or keys in an error, a log or a repr. Start with `base.py`; then `local.py` (a key
file), `kms.py` (Google Cloud KMS), `memory.py` (their twin) and `envelope.py` (what all of them seal with).
"""

from dashbridge.vault.base import CannotOpen, KeyDisabled, SealedFor, Vault

__all__ = ["CannotOpen", "KeyDisabled", "SealedFor", "Vault"]
