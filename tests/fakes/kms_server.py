"""A local Cloud KMS: Encrypt and Decrypt by gRPC with key versions, checksums and Google's refusals.

It seals with real AES-256-GCM, keeps its keys in memory, and can be told to fail (`KmsServer.spoil`, `deny`, `silent`).
`python -m tests.fakes.kms_server` runs it until interrupted and prints the settings that lead to it.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import google_crc32c
import grpc
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.cloud.kms_v1 import DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse

KEY = "projects/p/locations/europe-west1/keyRings/dashbridge/cryptoKeys/secrets"
_NONCE = 12
_CRCS = ("plaintext", "additional_authenticated_data", "ciphertext")


@dataclass
class Key:
    """A key's versions, counted from 1, each with its secret and state; the last is the primary one."""

    secrets: list[AESGCM] = field(default_factory=list)
    states: list[str] = field(default_factory=list)

    def add_version(self) -> int:
        """Make a version, which seals from now on; returns its number."""
        self.secrets.append(AESGCM(AESGCM.generate_key(256)))
        self.states.append("ENABLED")
        return len(self.secrets)


class KmsServer:
    """Keys by name behind `address`; `requests` counts what was asked."""

    def __init__(self, port: int = 0) -> None:
        self.keys = {KEY: Key()}
        self.keys[KEY].add_version()
        self.denied = False
        self.silent = 0
        self.requests: list[str] = []
        self._spoilers: list[tuple[str, Callable[[Any], None]]] = []
        self._server = grpc.server(ThreadPoolExecutor(4))
        kinds = {
            "Encrypt": (self._encrypt, EncryptRequest, EncryptResponse),
            "Decrypt": (self._decrypt, DecryptRequest, DecryptResponse),
        }
        handlers = {
            name: grpc.unary_unary_rpc_method_handler(
                self._guarded(name, work),
                request_deserializer=asked.deserialize,
                response_serializer=answer.serialize,
            )
            for name, (work, asked, answer) in kinds.items()
        }
        service = grpc.method_handlers_generic_handler("google.cloud.kms.v1.KeyManagementService", handlers)
        self._server.add_generic_rpc_handlers((service,))
        self.address = f"127.0.0.1:{self._server.add_insecure_port(f'127.0.0.1:{port}')}"

    @contextmanager
    def running(self) -> Iterator[KmsServer]:
        """Serve meanwhile."""
        self._server.start()
        try:
            yield self
        finally:
            self._server.stop(None).wait()

    def spoil(self, name: str, change: Callable[[Any], None], *, times: int = 1) -> None:
        """Change the next `times` messages of a kind (`EncryptRequest`, `DecryptResponse`, …) on their way."""
        self._spoilers += [(name, change)] * times

    def _guarded(self, name: str, work: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            self.requests.append(name)
            if self.silent:
                self.silent -= 1
                context.abort(grpc.StatusCode.UNAVAILABLE, "The service is currently unavailable.")
            if self.denied:
                where = f"on resource '{request.name}' (or it may not exist)."
                context.abort(
                    grpc.StatusCode.PERMISSION_DENIED,
                    f"Permission 'cloudkms.cryptoKeyVersions.useTo{name}' denied {where}",
                )
            if request.name not in self.keys:
                context.abort(grpc.StatusCode.NOT_FOUND, f"CryptoKey {request.name} not found.")
            self._spoil(request)
            for part in _CRCS:
                given = getattr(request, f"{part}_crc32c", None)
                if given is not None and given != _crc32c(getattr(request, part)):
                    context.abort(
                        grpc.StatusCode.INVALID_ARGUMENT,
                        f"The checksum in field {part}_crc32c did not match the data in field {part}.",
                    )
            response = work(request, context)
            self._spoil(response)
            return response

        return answer

    def _spoil(self, message: Any) -> None:
        for spoiler in self._spoilers:
            if spoiler[0] == type(message).__name__:
                self._spoilers.remove(spoiler)
                spoiler[1](message)
                return

    def _encrypt(self, request: EncryptRequest, context: grpc.ServicerContext) -> EncryptResponse:
        key = self.keys[request.name]
        version = len(key.secrets)
        self._need_enabled(key, version, request.name, context)
        nonce = os.urandom(_NONCE)
        head = b"\x0a" + version.to_bytes(4, "big") + nonce
        sealed = head + key.secrets[-1].encrypt(nonce, request.plaintext, request.additional_authenticated_data)
        return EncryptResponse(
            name=f"{request.name}/cryptoKeyVersions/{version}",
            ciphertext=sealed,
            ciphertext_crc32c=_crc32c(sealed),
            verified_plaintext_crc32c=request.plaintext_crc32c is not None,
            verified_additional_authenticated_data_crc32c=request.additional_authenticated_data_crc32c is not None,
        )

    def _decrypt(self, request: DecryptRequest, context: grpc.ServicerContext) -> DecryptResponse:
        key, sealed = self.keys[request.name], request.ciphertext
        version = int.from_bytes(sealed[1:5], "big")
        if sealed[:1] != b"\x0a" or not 1 <= version <= len(key.secrets):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "Decryption failed: the ciphertext is invalid.")
        self._need_enabled(key, version, request.name, context)
        nonce, rest = sealed[5 : 5 + _NONCE], sealed[5 + _NONCE :]
        try:
            plain = key.secrets[version - 1].decrypt(nonce, rest, request.additional_authenticated_data)
        except (InvalidTag, ValueError):
            context.abort(
                grpc.StatusCode.INVALID_ARGUMENT,
                "Decryption failed: verify that 'name' refers to the correct CryptoKey.",
            )
        used_primary = version == len(key.secrets)
        return DecryptResponse(plaintext=plain, plaintext_crc32c=_crc32c(plain), used_primary=used_primary)

    def _need_enabled(self, key: Key, version: int, name: str, context: grpc.ServicerContext) -> None:
        state = key.states[version - 1]
        if state != "ENABLED":
            where = f"{name}/cryptoKeyVersions/{version}"
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"{where} is not enabled, current state is: {state}.")


def _crc32c(data: bytes) -> int:
    return int(google_crc32c.value(data))


if __name__ == "__main__":
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with KmsServer().running() as running:
        print(f"DASHBRIDGE_KMS_ENDPOINT={running.address}\nDASHBRIDGE_KMS_KEY={KEY}", flush=True)
        ended.wait()
