import json
import random
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from health_cloud.core import db, ledger, witness
from health_cloud.core.actors import system
from health_cloud.core.crypto import unseal_text
from health_cloud.core.errors import Denied, Unavailable
from health_cloud.core.models import LedgerHead, LedgerLine, LedgerNote
from health_cloud.core.policy import Action

JOB = system("test")


def fill(lines: int = 30, chains: int = 3) -> None:
    def write(session, actor):
        for number in range(lines):
            ledger.write(session, actor, Action.READ_ENTRIES, ledger.ALLOWED, person_id=f"p{number % chains}")

    db.perform(write, JOB)


def problems() -> list[ledger.Problem]:
    with db.reading() as session:
        return [found for found in ledger.verify(session) if isinstance(found, ledger.Problem)]


def change(statement: str, **values) -> None:
    with db.writing() as session:
        session.execute(text(statement), values)


def test_an_untouched_ledger_holds(database):
    fill()
    with db.reading() as session:
        assert list(ledger.verify(session)) == [30]


EDITS = {
    "edited": "UPDATE core_ledger_line SET outcome='refused' WHERE chain='person:p1' AND seq=4",
    "detail": "UPDATE core_ledger_line SET detail='[]' WHERE chain='person:p1' AND seq=1",
    "deleted": "DELETE FROM core_ledger_line WHERE chain='person:p1' AND seq=4",
    "cut": "DELETE FROM core_ledger_line WHERE chain='person:p1' AND seq>7",
    "emptied": "DELETE FROM core_ledger_line WHERE chain='person:p1'",
    "head": "UPDATE core_ledger_head SET hash='00' WHERE chain='person:p1'",
    "no head": "DELETE FROM core_ledger_head WHERE chain='person:p1'",
    "renumbered": "UPDATE core_ledger_line SET seq=seq+100 WHERE chain='person:p1' AND seq>5",
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_every_edit_is_found(database, edit):
    fill()
    change(edit)
    assert problems()


def test_lines_of_two_chains_cannot_be_swapped(database):
    fill()
    change("UPDATE core_ledger_line SET chain='x' WHERE chain='person:p0' AND seq=2")
    change("UPDATE core_ledger_line SET chain='person:p0' WHERE chain='person:p1' AND seq=2")
    change("UPDATE core_ledger_line SET chain='person:p1' WHERE chain='x'")
    assert problems()


def test_random_changes_of_any_column_are_found(database):
    fill(60)
    columns = [name for name in LedgerLine.model_fields if name not in ("id", "at", "policy_version", "seq")]
    chance = random.Random(7)
    for _ in range(12):
        column, seq = chance.choice(columns), chance.randint(1, 20)
        with db.writing() as session:
            line = session.exec(select(LedgerLine).where(LedgerLine.chain == "person:p2", LedgerLine.seq == seq)).one()
            line_id, before = line.id, getattr(line, column)
            setattr(line, column, "forged")
        assert problems(), column
        with db.writing() as session:
            setattr(session.get_one(LedgerLine, line_id), column, before)
        assert not problems()


def test_a_cut_with_a_matching_head_is_found_by_the_witness(database, tmp_path: Path):
    fill()
    with db.writing() as session:
        assert witness.checkpoint(session, tmp_path)
    with db.writing() as session:
        assert not witness.checkpoint(session, tmp_path)
    change("DELETE FROM core_ledger_line WHERE chain='person:p1' AND seq=10")
    with db.writing() as session:
        last = session.exec(select(LedgerLine).where(LedgerLine.chain == "person:p1", LedgerLine.seq == 9)).one()
        head = session.get_one(LedgerHead, "person:p1")
        head.seq, head.hash = 9, last.hash
    assert not problems()
    with db.reading() as session:
        assert [found.cause for found in witness.verify(session, tmp_path)] == ["not as signed"]


def found_by_the_witness(folder: Path) -> list[ledger.Problem]:
    with db.reading() as session:
        return list(witness.verify(session, folder))


def test_a_chain_without_a_line_is_in_no_checkpoint(database, tmp_path: Path):
    """A head that waits for its first line would be in the root and in no list of what moved: a false alarm."""
    fill()
    db.perform(lambda session, actor: ledger.prepare(session, "somebody"), JOB)
    with db.writing() as session:
        witness.checkpoint(session, tmp_path)
    assert found_by_the_witness(tmp_path) == []
    db.perform(lambda s, a: ledger.write(s, a, "x", ledger.DONE, person_id="somebody"), JOB)
    with db.writing() as session:
        witness.checkpoint(session, tmp_path)
    assert found_by_the_witness(tmp_path) == []


def test_a_tree_that_grows_has_the_root_of_the_whole():
    """Heads that move, and chains that come in anywhere, one or many at a time: as RFC 6962 has it."""
    chance, known, tree = random.Random(3), {}, witness.Tree()
    for _ in range(120):
        names = [f"c{chance.randrange(60):03}" for _ in range(chance.choice([1, 1, 2, 7]))]
        moved = {name: chance.randbytes(9) for name in names}
        known |= moved
        assert tree.move(moved) == witness.merkle_root([known[name] for name in sorted(known)])


def test_the_way_to_the_root_is_each_heads_own(database, tmp_path: Path):
    fill(33, 11)
    paths = set()
    for number in range(11):
        with db.writing() as session:
            proved = witness.witnessed(session, tmp_path, f"person:p{number}")
        assert proved.statement["chains"] == 11
        assert proved.seq == 3
        paths.add((proved.index, tuple(proved.path)))
    assert len(paths) == 11
    assert len((tmp_path / "checkpoints.jsonl").read_text().splitlines()) == 1, "what is covered is not signed again"
    with pytest.raises(Unavailable), db.writing() as session:
        witness.witnessed(session, tmp_path, "person:nobody")


def test_a_checkpoint_of_before_still_counts(database, tmp_path: Path):
    """Early checkpoints sign all they say; what they say of a line that is gone is found."""
    fill()
    with db.writing() as session:
        witness.checkpoint(session, tmp_path)
    path = tmp_path / "checkpoints.jsonl"
    content = json.loads(path.read_text())
    content.pop("version")
    content.pop("signature")
    path.write_text(json.dumps({**content, "signature": witness.sign(content)}) + "\n")
    assert found_by_the_witness(tmp_path) == []
    change("UPDATE core_ledger_line SET hash='00' WHERE chain='person:p1' AND seq=10")
    assert [each.cause for each in found_by_the_witness(tmp_path)] == ["not as signed"]


def test_what_moved_is_under_the_signature(database, tmp_path: Path):
    fill()
    with db.writing() as session:
        witness.checkpoint(session, tmp_path)
    path = tmp_path / "checkpoints.jsonl"
    content = json.loads(path.read_text())
    content["moved"].pop()
    path.write_text(json.dumps(content) + "\n")
    assert [each.cause for each in found_by_the_witness(tmp_path)] == ["signature"]


def test_a_root_that_is_not_the_heads_is_found_even_signed(database, tmp_path: Path):
    """A patient's file is proved by that root alone."""
    fill()
    with db.writing() as session:
        witness.checkpoint(session, tmp_path)
    path = tmp_path / "checkpoints.jsonl"
    content = json.loads(path.read_text()) | {"root": "0" * 64}
    content.pop("signature")
    path.write_text(json.dumps({**content, "signature": witness.sign(witness.statement_of(content))}) + "\n")
    assert [each.cause for each in found_by_the_witness(tmp_path)] == ["root"]


def test_hidden_columns_are_hashed_with_a_salt_of_their_own(database):
    """The same account in two lines, or in two columns, gives digests that say nothing of each other."""
    fill(2, 1)
    with db.reading() as session:
        lines = ledger.lines_of(session, "person:p0")
        contents = [ledger.content_of(line.model_dump(exclude={"hash"})) for line in lines]
        digests = {content[name] for content in contents for name in ledger.HIDDEN}
        assert len(digests) == 2 * len(ledger.HIDDEN)
        salts = {ledger.opened(line, name)[0] for line in lines for name in ledger.HIDDEN}
        assert len(salts) == len(digests)
        for line, content in zip(lines, contents, strict=True):
            salt, value = ledger.opened(line, "detail")
            assert (value, content["detail"]) == (line.detail, sha256(f"{salt}{value}".encode()).hexdigest())


def test_a_forged_checkpoint_is_found(database, tmp_path: Path):
    fill()
    with db.writing() as session:
        witness.checkpoint(session, tmp_path)
    path = tmp_path / "checkpoints.jsonl"
    content = json.loads(path.read_text())
    content["moved"][0][2] = "0" * 64
    path.write_text(json.dumps(content) + "\n")
    with db.reading() as session:
        assert [found.cause for found in witness.verify(session, tmp_path)] == ["signature"]


def test_parallel_writers_make_one_chain(database):
    def work():
        for _ in range(10):
            db.perform(lambda session, actor: ledger.write(session, actor, "x", ledger.DONE, person_id="p"), JOB)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading() as session:
        assert list(ledger.verify(session)) == [60]


def test_a_refusal_is_rolled_back_and_then_written(database):
    def refuse(session, actor):
        ledger.write(session, actor, Action.READ_ENTRIES, ledger.ALLOWED, person_id="p")
        raise Denied(action=Action.READ_ENTRIES.value, person_id="p")

    with pytest.raises(Denied):
        db.perform(refuse, JOB)
    with db.reading() as session:
        assert [line.outcome for line in ledger.lines_of(session, "person:p")] == [ledger.REFUSED]


def test_free_text_lies_sealed_outside_and_can_be_erased(database):
    db.perform(lambda s, a: ledger.write(s, a, "x", ledger.DONE, person_id="p", note="her words"), JOB)
    with db.writing() as session:
        note = session.exec(select(LedgerNote)).one()
        assert unseal_text(note.text, "core_ledger_note.text", note.id) == "her words"
        line = session.exec(select(LedgerLine)).one()
        assert "her words" not in line.detail
        session.delete(note)
    assert not problems()


def test_many_entries_are_kept_as_digest_and_count(database):
    def write(session, actor):
        ledger.write(session, actor, "x", ledger.ALLOWED, person_id="p", entries=[str(n) for n in range(51)])
        ledger.write(session, actor, "x", ledger.ALLOWED, person_id="p", entries=[str(n) for n in range(50)])

    db.perform(write, JOB)
    with db.reading() as session:
        new, old = (json.loads(line.detail) for line in ledger.lines_of(session, "person:p"))
    assert len(new["entries"]) == 50
    assert old["count"] == 51
    assert len(old["digest"]) == 64
