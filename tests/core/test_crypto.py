import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_cloud.core import crypto
from health_cloud.core.crypto import BrokenSeal, blind, seal, seal_text, unseal, unseal_text
from health_cloud.core.settings import settings
from tests.databases import use

NATIONAL_ID = "11010519491231002X"


@pytest.fixture(autouse=True)
def _ring(monkeypatch, tmp_path_factory):
    use(monkeypatch, tmp_path_factory.mktemp("ring"))


@given(st.binary(max_size=400))
def test_what_is_sealed_opens_in_its_place(value: bytes):
    assert unseal(seal(value, "t.c", "r"), "t.c", "r") == value


@pytest.mark.parametrize("place", [("t.other", "r"), ("t.c", "other"), ("other.c", "r")])
def test_a_ciphertext_moved_elsewhere_does_not_open(place):
    with pytest.raises(BrokenSeal):
        unseal(seal(b"secret", "t.c", "r"), *place)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_every_changed_byte_is_found(position: int, change: int):
    value = bytearray(seal(b"secret", "t.c", "r"))
    value[position % len(value)] ^= change
    with pytest.raises(BrokenSeal):
        unseal(bytes(value), "t.c", "r")


def test_the_same_text_never_seals_to_the_same_bytes():
    assert len({seal_text(NATIONAL_ID, "t.c", "r") for _ in range(100)}) == 100


def test_nothing_sealed_is_the_empty_text():
    assert not unseal_text(None, "t.c", "r")


def test_the_blind_index_differs_by_column_and_organization_and_is_keyed():
    indexes = {blind(NATIONAL_ID, "a.x"), blind(NATIONAL_ID, "a.y"), blind(NATIONAL_ID, "a.x", "hospital")}
    assert len(indexes) == 3
    assert blind(NATIONAL_ID, "a.x") == blind(NATIONAL_ID, "a.x")


def test_a_dictionary_of_national_ids_finds_nothing_without_the_key():
    """R21: whoever has the database but not the key ring tries unkeyed and guessed-key hashes."""
    stolen = {blind(f"11010519491231{serial:03d}X", "a.x") for serial in range(1000)}
    tried = set()
    for serial in range(1000):
        text = f"11010519491231{serial:03d}X".encode()
        for digest in (hashlib.sha256(text), hashlib.md5(text), hmac.new(b"", text, hashlib.sha256)):
            tried |= {digest.hexdigest(), crypto.base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")}
    assert not stolen & tried


def test_the_ring_is_private_and_never_replaced():
    path = settings().keys
    crypto.create_ring(path)
    content = path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    crypto.create_ring(path)
    assert path.read_text() == content


def test_a_new_key_seals_and_the_old_one_still_opens():
    old = seal(b"secret", "t.c", "r")
    crypto.add_sealing_key(settings().keys)
    new = seal(b"secret", "t.c", "r")
    assert (crypto.sealing_key_of(old), crypto.sealing_key_of(new)) == ("k1", "k2")
    assert unseal(old, "t.c", "r") == unseal(new, "t.c", "r") == b"secret"
    assert crypto.drop_sealing_keys(settings().keys) == ["k1"]
    with pytest.raises(BrokenSeal):
        unseal(old, "t.c", "r")


def test_production_never_makes_keys_by_itself(monkeypatch, tmp_path):
    monkeypatch.setenv("HEALTH_CLOUD_MODE", "production")
    monkeypatch.setenv("HEALTH_CLOUD_PUBLIC_URL", "https://records.example")
    monkeypatch.setenv("HEALTH_CLOUD_KEYS_FILE", str(tmp_path / "elsewhere" / "keys.json"))
    settings.cache_clear()
    crypto.ring.cache_clear()
    with pytest.raises(BrokenSeal) as caught:
        crypto.ring()
    assert caught.value.key == "core.error.no_keys"
    assert not (tmp_path / "elsewhere").exists()
    crypto.create_ring(settings().keys)
    assert json.loads(settings().keys.read_text())["current"] == crypto.ring().current
