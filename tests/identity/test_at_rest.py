"""R20 and R21 for identity's and notify's columns: nothing in clear, nothing movable, nothing to look up."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlmodel import col, select

from health_cloud.core import db
from health_cloud.core.crypto import BrokenSeal, blind, unseal_text
from health_cloud.identity.models import Account, Contact, Identifier, PatientRecord
from health_cloud.notify.models import Outgoing
from tests.databases import Database
from tests.people import PASSWORD, Town, answer_truly, at, begin, sent_code, signed_up


@pytest.fixture
def data_root(tmp_path: Path) -> Path:
    """A folder of its own: what other tests left in the shared one is not this test's."""
    return tmp_path


def _bytes_of(database: Database, postgresql: bool) -> bytes:
    if not postgresql:
        return b"".join(path.read_bytes() for path in Path(database.data_dir).rglob("*") if path.is_file())
    with db.reading() as session:
        tables = [
            table for table in Account.metadata.sorted_tables if table.name.startswith(("identity", "notify", "core"))
        ]
        return repr([list(session.execute(select(table)).all()) for table in tables]).encode()


def test_nothing_that_names_people_is_in_clear(database: Database, town: Town) -> None:
    key = signed_up(at("a"), town.lin)
    answer_truly(at("b"), begin(at("b"), town.lin))
    code = sent_code(at("b"))
    held = _bytes_of(database, database.kind == "postgresql")
    planted = {
        town.lin.national_id,
        town.lin.visit_card,
        town.lin.social_security_card,
        town.lin.phone,
        town.lin.phone.removeprefix("+86"),
        town.lin.name.zh,
        town.lin.name.en,
        PASSWORD,
        key.secret,
        *key.recovery,
        *(each.replace("-", "") for each in key.recovery),
        f"{code} ",
        "192.0.2.1",
    }
    assert "松云医院".encode() in held or "松云医院" in held.decode("utf-8", "ignore")
    found = {text for text in planted if text.encode() in held or repr(text)[1:-1].encode() in held}
    assert not found


@pytest.mark.parametrize("table", [Identifier, Contact, PatientRecord])
def test_a_sealed_value_opens_in_its_own_row_alone(town: Town, table: type) -> None:
    assert town
    name = "demographics" if table is PatientRecord else "value"
    column = f"{table.__tablename__}.{name}"
    with db.reading() as session:
        one, other = session.exec(select(table).order_by(col(table.id)).limit(2)).all()
        session.expunge_all()
    assert unseal_text(getattr(one, name), column, one.id)
    with pytest.raises(BrokenSeal):
        unseal_text(getattr(one, name), column, other.id)
    with pytest.raises(BrokenSeal):
        unseal_text(getattr(one, name), "identity_account.totp", one.id)


def test_an_authenticators_secret_moved_to_another_account_does_not_open(town: Town) -> None:
    signed_up(at(), town.lin)
    with db.reading() as session:
        account = session.exec(select(Account)).one()
        session.expunge_all()
    with pytest.raises(BrokenSeal):
        unseal_text(account.totp, "identity_account.totp", town.wang.person_id)


def test_a_dictionary_of_all_numbers_finds_nothing(town: Town) -> None:
    """R21: whoever has the database and every possible number, but not the key, matches none of them."""
    with db.reading() as session:
        kept = set(session.exec(select(Identifier.blind)).all()) | set(session.exec(select(Contact.blind)).all())
    for number in (town.lin.national_id, town.lin.visit_card, town.lin.phone):
        for digest in (hashlib.sha256, hashlib.sha1, hashlib.md5, hashlib.sha512):
            raw = digest(number.encode())
            assert not {raw.hexdigest(), raw.hexdigest()[:43]} & kept
    assert blind(town.lin.national_id, "identity_identifier.national_id") in kept
    assert blind(town.lin.national_id, "identity_identifier.visit_card") not in kept
    assert all(len(each) == 43 for each in kept)


def test_codes_are_erased_once_they_are_out(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from health_cloud.notify.service import channels

    monkeypatch.setattr(channels, "way_of", lambda _channel: "gateway")
    monkeypatch.setattr(channels, "send", lambda *_args: None)
    answer_truly(at(), begin(at(), town.lin))
    sent_code(at())
    with db.reading() as session:
        row = session.exec(select(Outgoing)).one()
        session.expunge_all()
    assert (row.state, row.address, row.params) == ("sent", None, None)
