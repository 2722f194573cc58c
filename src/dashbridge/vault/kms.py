"""The vault whose key-encryption key is in Google Cloud KMS and never leaves it.

Each secret's own key is wrapped by KMS for the secret's owner: KMS itself refuses to unwrap it for another. Unwrapped
keys are not kept, since a warehouse stays open once its settings were read. Every request and answer carries CRC32C.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn, TypeVar

import google_crc32c
import grpc
import tink
from google.api_core import exceptions
from google.api_core.client_options import ClientOptions
from google.api_core.retry import Retry, if_exception_type
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.cloud.kms_v1 import DecryptResponse, EncryptResponse, KeyManagementServiceClient
from google.cloud.kms_v1.services.key_management_service.transports import KeyManagementServiceGrpcTransport
from tink import aead

from dashbridge.kit import Invalid, Unavailable
from dashbridge.vault.base import KeyDisabled, SealedFor
from dashbridge.vault.envelope import open_with, seal_with

_KEY = re.compile(r"projects/[^/\s]+/locations/[^/\s]+/keyRings/[^/\s]+/cryptoKeys/[^/\s]+")
_HOST = re.compile(r"[A-Za-z0-9.:-]+")
_ATTEMPTS = 3
_PASSING = (
    exceptions.ServiceUnavailable,
    exceptions.DeadlineExceeded,
    exceptions.InternalServerError,
    exceptions.ResourceExhausted,
)

T = TypeVar("T")


class KmsVault:
    """Seals with the Cloud KMS key of this name, `projects/…/locations/…/keyRings/…/cryptoKeys/…`.

    `endpoint` is HOST:PORT of another KMS; one on this machine is spoken to in plain text, any other by TLS. Blocks
    while it looks for credentials. Raises Invalid for a name that is not a key's, Unavailable without credentials.
    """

    def __init__(self, key: str, *, endpoint: str | None = None, attempt_s: float = 10, call_s: float = 30) -> None:
        if not _KEY.fullmatch(key):
            hint = "write projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY, without a version"
            raise Invalid(f"{key[:300]!r} is not the name of a KMS key", code="bad_kms_key", hint=hint)
        self._key = key
        try:
            self._client = _open_client(endpoint)
        except GoogleAuthError as error:
            raise _told(error, key) from error
        self._options = {
            # Sealing or opening twice does no harm.
            "retry": Retry(predicate=if_exception_type(*_PASSING), initial=0.1, maximum=3, timeout=call_s),
            "timeout": attempt_s,
        }
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="kms")

    async def check(self) -> None:
        """Raises Unavailable unless the key seals and opens for us."""
        nobody = SealedFor("", "", "check")
        await self.open(await self.seal(b"check", nobody), nobody)

    async def seal(self, plaintext: bytes, sealed_for: SealedFor) -> bytes:
        """Encrypt. Raises Unavailable."""
        return await self._in_thread(lambda: seal_with(self._wrapping(sealed_for), plaintext, sealed_for))

    async def open(self, sealed: bytes, sealed_for: SealedFor) -> bytes:
        """Decrypt. Raises CannotOpen, Unavailable."""
        return await self._in_thread(lambda: open_with(self._wrapping(sealed_for), sealed, sealed_for))

    async def rewrap(self, sealed: bytes, sealed_for: SealedFor) -> bytes | None:
        """The secret sealed anew by the key's primary version; None if that did it. Raises CannotOpen, Unavailable."""
        wrapping = self._wrapping(sealed_for)
        plaintext = await self._in_thread(lambda: open_with(wrapping, sealed, sealed_for))
        return None if wrapping.used_primary else await self.seal(plaintext, sealed_for)

    async def rotate(self) -> None:
        """Raises Invalid: KMS makes the key's versions."""
        raise Invalid(
            f"Cloud KMS rotates {self._key} itself",
            code="kms_rotates",
            hint="set its rotation period, or add a primary version by gcloud; then run `dashbridge vault rewrap`",
        )

    async def close(self) -> None:
        """Close the connection; a request that is under way ends by itself, in time."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._client.transport.close()

    def __repr__(self) -> str:
        return f"KmsVault({self._key!r})"

    def __getstate__(self) -> NoReturn:
        raise TypeError("a vault holds keys and is not pickled")

    def _wrapping(self, sealed_for: SealedFor) -> _Wrapping:
        return _Wrapping(self._client, self._key, sealed_for.associated_data(), self._options)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


class _Wrapping(aead.Aead):  # type: ignore[misc]  # tink has no types
    """Wraps and unwraps the key of one secret; `used_primary` says whether the newest version unwrapped it.

    Tink gives no associated data to what wraps a key, so it is given here, once.
    """

    def __init__(self, client: KeyManagementServiceClient, key: str, owner: bytes, options: dict[str, object]) -> None:
        self._client, self._key, self._owner, self._options = client, key, owner, options
        self.used_primary = False

    def encrypt(self, plaintext: bytes, associated_data: bytes) -> bytes:
        """Raises Unavailable."""

        def is_sound(answer: EncryptResponse) -> bool:
            verified = answer.verified_plaintext_crc32c and answer.verified_additional_authenticated_data_crc32c
            ours = answer.name.startswith(f"{self._key}/")
            return bool(verified and ours and answer.ciphertext_crc32c == _crc32c(answer.ciphertext))

        sent = {"plaintext": plaintext, "plaintext_crc32c": _crc32c(plaintext)}
        try:
            return bytes(self._ask(self._client.encrypt, sent, is_sound).ciphertext)
        except exceptions.InvalidArgument as error:
            raise _told(error, self._key) from error

    def decrypt(self, ciphertext: bytes, associated_data: bytes) -> bytes:
        """Raises TinkError where this key did not seal it for this owner, Unavailable."""

        def is_sound(answer: DecryptResponse) -> bool:
            return bool(answer.plaintext_crc32c == _crc32c(answer.plaintext))

        sent = {"ciphertext": ciphertext, "ciphertext_crc32c": _crc32c(ciphertext)}
        try:
            answer = self._ask(self._client.decrypt, sent, is_sound)
        except exceptions.InvalidArgument:
            raise tink.TinkError("KMS refused the ciphertext") from None
        self.used_primary = bool(answer.used_primary)
        return bytes(answer.plaintext)

    def _ask(self, method: Callable[..., T], sent: dict[str, object], is_sound: Callable[[T], bool]) -> T:
        """An answer whose checksums hold. Raises InvalidArgument, Unavailable."""
        owner = {
            "additional_authenticated_data": self._owner,
            "additional_authenticated_data_crc32c": _crc32c(self._owner),
        }
        for _ in range(_ATTEMPTS):
            try:
                answer = method(request={"name": self._key, **sent, **owner}, **self._options)
            except exceptions.InvalidArgument as error:
                if "crc32c" not in str(error):
                    raise
            except (exceptions.GoogleAPIError, GoogleAuthError, grpc.RpcError) as error:
                raise _told(error, self._key) from error
            else:
                if is_sound(answer):
                    return answer
        raise Unavailable(
            f"the bytes to or from the KMS key {self._key} changed on the way",
            code="kms_corrupted",
            hint="try again; if it stays so, look at the network",
        )


def _open_client(endpoint: str | None) -> KeyManagementServiceClient:
    if endpoint is None:
        return KeyManagementServiceClient()
    host, _, port = endpoint.rpartition(":")
    host = host.strip("[]")
    if not _HOST.fullmatch(host) or not port.isdecimal():
        raise Invalid(
            f"{endpoint[:200]!r} is not the address of a KMS", code="bad_kms_endpoint", hint="write HOST:PORT"
        )
    if not _is_here(host):
        return KeyManagementServiceClient(client_options=ClientOptions(api_endpoint=endpoint))
    channel = grpc.insecure_channel(endpoint)
    return KeyManagementServiceClient(transport=KeyManagementServiceGrpcTransport(channel=channel))


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _told(error: Exception, key: str) -> Unavailable:
    if isinstance(error, exceptions.FailedPrecondition):
        hint = "enable or restore the key version; run `dashbridge vault rewrap` before you disable one"
        return KeyDisabled(f"a version of the KMS key {key} is disabled or destroyed", hint=hint)
    reason, code, hint = _reason(error)
    return Unavailable(f"cannot use the KMS key {key}: {reason}", code=code, hint=hint)


def _reason(error: Exception) -> tuple[str, str, str]:
    """What happened, its code, and what to do."""
    if isinstance(error, exceptions.PermissionDenied | exceptions.Unauthenticated):
        hint = "give the service account roles/cloudkms.cryptoKeyEncrypterDecrypter on this key"
        return "Google refused us", "kms_forbidden", hint
    if isinstance(error, exceptions.NotFound):
        return "there is no such key", "kms_key_not_found", "make it, or correct DASHBRIDGE_KMS_KEY"
    if isinstance(error, DefaultCredentialsError):
        hint = "run under a service account, or run `gcloud auth application-default login`"
        return "there are no Google credentials", "credentials_missing", hint
    if isinstance(error, GoogleAuthError):
        return "the Google credentials do not work", "credentials_refused", "check the service account and its key"
    if isinstance(error, (exceptions.RetryError, *_PASSING)):
        return "no answer", "kms_silent", "check the network; try again in a moment"
    return f"Google answered {type(error).__name__}", "kms_failing", "try again in a moment"


def _crc32c(data: bytes) -> int:
    return int(google_crc32c.value(data))
