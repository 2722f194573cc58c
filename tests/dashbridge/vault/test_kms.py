"""The vault in Cloud KMS: checksums, owners, versions, and what operators are told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from google.auth.exceptions import DefaultCredentialsError
from google.cloud.kms_v1 import KeyManagementServiceClient

from dashbridge.kit import Invalid, Unavailable
from dashbridge.vault import CannotOpen, KeyDisabled, SealedFor
from dashbridge.vault import kms as kms_file
from dashbridge.vault.kms import KmsVault
from dashbridge.vault.local import LocalVault
from fakes.kms_server import KEY, Key, KmsServer

OWNER = SealedFor("team-1", "connection-1", "settings")


@pytest.fixture
async def vault(kms_server: KmsServer) -> AsyncIterator[KmsVault]:
    made = KmsVault(KEY, endpoint=kms_server.address)
    yield made
    await made.close()


def set_to(**values: Any) -> Callable[[Any], None]:
    def change(message: Any) -> None:
        for name, value in values.items():
            setattr(message, name, value)

    return change


SPOILED = {
    "the plaintext on its way in": ("EncryptRequest", set_to(plaintext=b"other")),
    "the owner on its way in": ("EncryptRequest", set_to(additional_authenticated_data=b"other")),
    "the ciphertext on its way out": ("EncryptResponse", set_to(ciphertext=b"other")),
    "an answer that verified no plaintext": ("EncryptResponse", set_to(verified_plaintext_crc32c=False)),
    "an answer that verified no owner": (
        "EncryptResponse",
        set_to(verified_additional_authenticated_data_crc32c=False),
    ),
    "an answer of another key": ("EncryptResponse", set_to(name=f"{KEY}2/cryptoKeyVersions/1")),
    "an answer without a checksum": ("EncryptResponse", set_to(ciphertext_crc32c=None)),
    "the ciphertext on its way in": ("DecryptRequest", set_to(ciphertext=b"other")),
    "the asked owner on its way in": ("DecryptRequest", set_to(additional_authenticated_data=b"other")),
    "the plaintext on its way out": ("DecryptResponse", set_to(plaintext=b"other")),
    "a plaintext without a checksum": ("DecryptResponse", set_to(plaintext_crc32c=None)),
}


@pytest.mark.parametrize("what", SPOILED)
async def test_what_changed_on_the_way_is_asked_again_and_never_taken(
    vault: KmsVault, kms_server: KmsServer, what: str
) -> None:
    kms_server.spoil(*SPOILED[what], times=2)
    assert await vault.open(await vault.seal(b"secret", OWNER), OWNER) == b"secret"
    assert len(kms_server.requests) == 4
    sealed = await vault.seal(b"secret", OWNER)
    kms_server.spoil(*SPOILED[what], times=3)
    with pytest.raises(Unavailable, match="changed on the way") as raised:
        await vault.open(await vault.seal(b"secret", OWNER), OWNER)
    assert raised.value.code == "kms_corrupted"
    assert await vault.open(sealed, OWNER) == b"secret"


async def test_kms_itself_refuses_another_owner(vault: KmsVault, kms_server: KmsServer) -> None:
    sealed = await vault.seal(b"secret", OWNER)
    wrapped = sealed[4 : 4 + int.from_bytes(sealed[:4], "big")]
    client = kms_file._open_client(kms_server.address)
    asked = {"name": KEY, "ciphertext": wrapped}
    assert client.decrypt({**asked, "additional_authenticated_data": OWNER.associated_data()}).plaintext
    for other in (b"", SealedFor("team-2", "connection-1", "settings").associated_data()):
        with pytest.raises(Exception, match="refers to the correct CryptoKey"):
            client.decrypt({**asked, "additional_authenticated_data": other})
    client.transport.close()


async def test_old_versions_open_until_they_are_disabled(vault: KmsVault, kms_server: KmsServer) -> None:
    key = kms_server.keys[KEY]
    old = await vault.seal(b"old", OWNER)
    key.add_version()
    new = await vault.seal(b"new", OWNER)
    for state in ("DISABLED", "DESTROYED"):
        key.states[0] = state
        assert await vault.open(new, OWNER) == b"new"
        with pytest.raises(KeyDisabled) as raised:
            await vault.open(old, OWNER)
        assert "rewrap" in (raised.value.hint or "")
    key.states[0] = "ENABLED"
    assert await vault.open(old, OWNER) == b"old"
    key.states[1] = "DISABLED"
    with pytest.raises(KeyDisabled):
        await vault.seal(b"x", OWNER)


async def test_another_key_opens_nothing(vault: KmsVault, kms_server: KmsServer, tmp_path: Path) -> None:
    kms_server.keys[f"{KEY}2"] = Key()
    kms_server.keys[f"{KEY}2"].add_version()
    other = KmsVault(f"{KEY}2", endpoint=kms_server.address)
    local = LocalVault(tmp_path / "vault.key")
    for sealer in (other, local):
        with pytest.raises(CannotOpen):
            await vault.open(await sealer.seal(b"secret", OWNER), OWNER)
    with pytest.raises(CannotOpen):
        await local.open(await vault.seal(b"secret", OWNER), OWNER)
    await other.close()


async def test_a_short_silence_is_waited_out_and_a_long_one_told(kms_server: KmsServer) -> None:
    vault = KmsVault(KEY, endpoint=kms_server.address)
    sealed = await vault.seal(b"secret", OWNER)
    kms_server.silent = 2
    assert await vault.open(sealed, OWNER) == b"secret"
    await vault.close()
    hasty = KmsVault(KEY, endpoint=kms_server.address, call_s=0.05)
    kms_server.silent = 10_000
    for call in (hasty.open(sealed, OWNER), hasty.seal(b"secret", OWNER), hasty.check()):
        with pytest.raises(Unavailable) as raised:
            await call
        assert raised.value.code == "kms_silent"
    await hasty.close()


async def test_a_refusal_says_what_to_do(vault: KmsVault, kms_server: KmsServer) -> None:
    kms_server.denied = True
    with pytest.raises(Unavailable, match="refused us") as raised:
        await vault.check()
    assert raised.value.code == "kms_forbidden"
    assert "cryptoKeyEncrypterDecrypter" in (raised.value.hint or "")
    absent = KmsVault(f"{KEY}-absent", endpoint=kms_server.address)
    kms_server.denied = False
    with pytest.raises(Unavailable, match="no such key") as raised:
        await absent.check()
    assert raised.value.code == "kms_key_not_found"
    await absent.close()


async def test_kms_makes_its_versions_itself(vault: KmsVault) -> None:
    with pytest.raises(Invalid, match="rotates") as raised:
        await vault.rotate()
    assert "rewrap" in (raised.value.hint or "")


@pytest.mark.parametrize(
    "name", ["", "key", f"{KEY}/cryptoKeyVersions/1", f"/{KEY}", f"{KEY}\n", KEY.replace("p/", "/")]
)
def test_a_name_that_is_no_keys_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as raised:
        KmsVault(name)
    assert raised.value.code == "bad_kms_key"


@pytest.mark.parametrize("endpoint", ["", "localhost", "http://localhost:1", ":1", "localhost:x"])
def test_an_endpoint_that_is_none_is_refused(endpoint: str) -> None:
    with pytest.raises(Invalid) as raised:
        KmsVault(KEY, endpoint=endpoint)
    assert raised.value.code == "bad_kms_endpoint"


@pytest.mark.parametrize("endpoint", ["kms.example.com:443", "10.0.0.1:9090", "localhost.example.com:1"])
def test_only_this_machine_is_spoken_to_in_plain_text(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kms_file.grpc, "insecure_channel", lambda *words: pytest.fail("in plain text"))
    asked = []

    def refuse(**words: Any) -> KeyManagementServiceClient:
        asked.append(words["client_options"].api_endpoint)
        raise DefaultCredentialsError("none")

    monkeypatch.setattr(kms_file, "KeyManagementServiceClient", refuse)
    with pytest.raises(Unavailable) as raised:
        KmsVault(KEY, endpoint=endpoint)
    assert raised.value.code == "credentials_missing"
    assert asked == [endpoint]


def test_the_server_of_the_tests_runs_by_itself() -> None:
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "tests.fakes.kms_server"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        lines = [server.stdout.readline() for _ in range(2)]
        server.terminate()
    assert lines[0].startswith("DASHBRIDGE_KMS_ENDPOINT=127.0.0.1:")
    assert lines[1].strip() == f"DASHBRIDGE_KMS_KEY={KEY}"
    assert server.returncode == 0
