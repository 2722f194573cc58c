"""What every vault keeps, run on each of them."""

from __future__ import annotations

import asyncio
import copy
import pickle
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashbridge.kit import Invalid
from dashbridge.vault import CannotOpen, SealedFor
from dashbridge.vault.kms import KmsVault
from dashbridge.vault.local import LocalVault
from dashbridge.vault.memory import MemoryVault
from fakes.kms_server import KEY, KmsServer

OWNER = SealedFor("team-1", "connection-1", "password")
CANARY = b"canary-5f1c-secret"

AnyVault = LocalVault | MemoryVault | KmsVault
Rotate = Callable[[], Awaitable[object]]


@pytest.fixture(params=["local", "memory", "kms"])
async def vault(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AnyVault]:
    if request.param == "kms":
        server = request.getfixturevalue("kms_server")
        in_kms = KmsVault(KEY, endpoint=server.address)
        yield in_kms
        await in_kms.close()
    else:
        yield LocalVault(tmp_path / "keys" / "vault_key") if request.param == "local" else MemoryVault()


@pytest.fixture
def rotate(vault: AnyVault, request: pytest.FixtureRequest) -> Rotate:
    """Makes the next key, as its owner does."""
    if not isinstance(vault, KmsVault):
        return vault.rotate
    server: KmsServer = request.getfixturevalue("kms_server")

    async def add_version() -> int:
        return server.keys[KEY].add_version()

    return add_version


@pytest.mark.parametrize("plaintext", [b"", b"x", CANARY, bytes(range(256)) * 4096], ids=len)
async def test_a_sealed_secret_opens(vault: AnyVault, plaintext: bytes) -> None:
    sealed = await vault.seal(plaintext, OWNER)
    assert await vault.open(sealed, OWNER) == plaintext
    await vault.close()


async def test_sealed_bytes_hide_the_secret_and_never_repeat(vault: AnyVault) -> None:
    sealed = [await vault.seal(CANARY, OWNER) for _ in range(50)]
    assert len(set(sealed)) == 50
    assert not any(CANARY in item or OWNER.team_id.encode() in item for item in sealed)


async def test_each_secret_has_its_own_wrapped_key(vault: AnyVault) -> None:
    def wrapped(sealed: bytes) -> bytes:
        return sealed[4 : 4 + int.from_bytes(sealed[:4], "big")]

    assert len({wrapped(await vault.seal(CANARY, OWNER)) for _ in range(20)}) == 20


@pytest.mark.parametrize(
    "other",
    [
        SealedFor("team-2", "connection-1", "password"),
        SealedFor("team-1", "connection-2", "password"),
        SealedFor("team-1", "connection-1", "token"),
        SealedFor("connection-1", "team-1", "password"),
        SealedFor("", "", ""),
        SealedFor("TEAM-1", "connection-1", "password"),
    ],
    ids=str,
)
async def test_another_team_resource_or_field_is_refused(vault: AnyVault, other: SealedFor) -> None:
    sealed = await vault.seal(CANARY, OWNER)
    with pytest.raises(CannotOpen):
        await vault.open(sealed, other)


async def test_a_change_of_any_byte_is_refused(vault: AnyVault) -> None:
    sealed = await vault.seal(CANARY, OWNER)
    for index in range(len(sealed)):
        for flip in (0x01, 0x80):
            changed = bytearray(sealed)
            changed[index] ^= flip
            with pytest.raises(CannotOpen):
                await vault.open(bytes(changed), OWNER)


async def test_cut_or_longer_bytes_are_refused(vault: AnyVault) -> None:
    sealed = await vault.seal(CANARY, OWNER)
    for changed in [*(sealed[:length] for length in range(len(sealed))), sealed[1:], sealed + b"\x00", sealed * 2]:
        with pytest.raises(CannotOpen):
            await vault.open(changed, OWNER)


async def test_a_wrapped_key_fits_only_its_own_ciphertext(vault: AnyVault) -> None:
    first, second = await vault.seal(b"a" * 20, OWNER), await vault.seal(b"b" * 20, OWNER)
    cut = 4 + int.from_bytes(first[:4], "big")
    with pytest.raises(CannotOpen):
        await vault.open(first[:cut] + second[cut:], OWNER)


async def test_another_vault_cannot_open(vault: AnyVault, tmp_path: Path) -> None:
    sealed = await vault.seal(CANARY, OWNER)
    for other in (MemoryVault(), LocalVault(tmp_path / "other" / "vault_key")):
        with pytest.raises(CannotOpen):
            await other.open(sealed, OWNER)


async def test_rotation_keeps_the_old_readable(vault: AnyVault, rotate: Rotate) -> None:
    sealed = []
    for number in range(4):
        sealed.append(await vault.seal(str(number).encode(), OWNER))
        await rotate()
    assert [await vault.open(item, OWNER) for item in sealed] == [b"0", b"1", b"2", b"3"]
    key_ids = {item[5:9] for item in sealed}
    assert len(key_ids) == 4


async def test_rewrapping_seals_under_the_newest_key_once(vault: AnyVault, rotate: Rotate) -> None:
    sealed = await vault.seal(CANARY, OWNER)
    assert await vault.rewrap(sealed, OWNER) is None
    await rotate()
    anew = await vault.rewrap(sealed, OWNER)
    assert anew is not None
    assert anew[5:9] != sealed[5:9]
    assert await vault.open(anew, OWNER) == await vault.open(sealed, OWNER) == CANARY
    assert await vault.rewrap(anew, OWNER) is None


async def test_what_does_not_open_is_not_rewrapped(vault: AnyVault, rotate: Rotate) -> None:
    sealed = await vault.seal(CANARY, OWNER)
    await rotate()
    with pytest.raises(CannotOpen):
        await vault.rewrap(sealed, SealedFor("team-2", "connection-1", "password"))
    with pytest.raises(CannotOpen):
        await vault.rewrap(sealed[:-1], OWNER)


async def test_an_error_tells_nothing(vault: AnyVault) -> None:
    sealed = await vault.seal(CANARY, OWNER)
    stranger = SealedFor("team-9", "connection-1", "password")
    with pytest.raises(CannotOpen) as refused:
        await vault.open(sealed, stranger)
    error = refused.value
    told = "".join(traceback.format_exception(error)) + repr(error) + str(error) + repr(vars(error))
    assert error.__context__ is None
    assert error.__cause__ is None
    for hidden in (CANARY.decode(), repr(sealed)[2:-1], sealed.hex(), "team-9", "team-1"):
        assert hidden not in told
    assert error.hint


async def test_a_vault_shows_and_pickles_no_key(vault: AnyVault, tmp_path: Path) -> None:
    await vault.seal(CANARY, OWNER)
    assert CANARY.decode() not in repr(vault) + str(vault)
    for call in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="holds keys"):
            call(vault)


@pytest.mark.parametrize("parts", [("a|b", "c", "d"), ("a", "b|c", "d"), ("a", "b", "c|")])
def test_an_owner_with_the_separator_is_refused(parts: tuple[str, str, str]) -> None:
    with pytest.raises(Invalid):
        SealedFor(*parts)


SHARED = MemoryVault()


@given(junk=st.binary(max_size=300))
def test_junk_is_refused_by_name(junk: bytes) -> None:
    with pytest.raises(CannotOpen):
        asyncio.run(SHARED.open(junk, OWNER))


@given(plaintext=st.binary(max_size=500), parts=st.tuples(*[st.text(max_size=8).filter(lambda t: "|" not in t)] * 3))
def test_anything_sealed_opens_for_its_owner(plaintext: bytes, parts: tuple[str, str, str]) -> None:
    owner = SealedFor(*parts)

    async def there_and_back() -> bytes:
        return await SHARED.open(await SHARED.seal(plaintext, owner), owner)

    assert asyncio.run(there_and_back()) == plaintext
