"""R2: no hint which part mismatched or whether the person exists: equal answers, statements and hashes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from health_cloud.core import crypto, db
from health_cloud.core.actors import NOBODY
from health_cloud.core.clock import clock
from health_cloud.core.errors import HealthCloudError, Invalid
from health_cloud.identity.service import activation, passwords, recovery, verification
from health_cloud.identity.service.sign_in import sign_in
from tests.people import Town, at, begin, forget_attempts, signed_up, with_check_digit

EACH = 50


@dataclass
class Cost:
    """What an attempt did."""

    statements: list[str] = field(default_factory=list)
    macs: int = 0
    hashes: int = 0


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Generator[Cost]:
    """Count statements, HMACs and password hashes of this thread; the served product has others."""
    cost, here = Cost(), threading.get_ident()

    def before(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if threading.get_ident() == here:
            cost.statements.append(statement)

    real_new, real_verify = crypto.hmac.new, passwords._hasher.verify

    class Hasher:
        hash = staticmethod(passwords._hasher.hash)

        @staticmethod
        def verify(stored: str, password: str) -> bool:
            cost.hashes += threading.get_ident() == here
            return real_verify(stored, password)

    class Mac:
        @staticmethod
        def new(*args: Any) -> Any:
            cost.macs += threading.get_ident() == here
            return real_new(*args)

    event.listen(db.engine(), "before_cursor_execute", before)
    with monkeypatch.context() as patch:
        patch.setattr(crypto, "hmac", Mac)
        patch.setattr(passwords, "_hasher", Hasher)
        yield cost
    event.remove(db.engine(), "before_cursor_execute", before)


def _verify_wrongly(town: Town, device: str, number: str) -> list[Any]:
    """Go through everything with a wrong code; what the pages said, without the questions' own words."""
    page = begin(at(device), town.lin, number=number)
    pages = [page, *(db.perform(verification.answer, NOBODY, at(device), place, 0) for place in range(3))]
    pages.append(db.perform(verification.finish_questions, NOBODY, at(device)))
    pages.append(db.perform(verification.send_code, NOBODY, at(device), "zh"))
    pages.extend(db.perform(verification.prove, NOBODY, at(device), "no code") for _ in range(verification.TRIES))
    return [
        {**asdict(each), "tail": "", "questions": [(q.kind, len(q.options), q.chosen) for q in each.questions]}
        for each in pages
    ]


def _told(attempt: Callable[[], Any]) -> tuple[str, dict[str, Any], str]:
    with pytest.raises(Invalid) as caught:
        attempt()
    return caught.value.key, caught.value.params, caught.value.field


def test_verification_costs_and_says_the_same(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.frozen = clock.now()
    town_has = {town.lin.national_id, town.wang.national_id, town.zhou.national_id}
    seen: dict[str, set[str]] = {"known": set(), "unknown": set()}
    _verify_wrongly(town, "warm", with_check_digit("11010119850101009"))
    for turn in range(EACH):
        strange = with_check_digit(f"110101198601{turn % 28 + 1:02d}{turn:03d}")
        for kind, number in (("known", town.lin.national_id), ("unknown", strange)):
            assert (number in town_has) == (kind == "known")
            forget_attempts()
            with counted(monkeypatch) as cost:
                pages = _verify_wrongly(town, f"{kind}-{turn}", number)
            seen[kind].add(repr((pages, cost.statements, cost.macs, cost.hashes)))
    assert len(seen["unknown"]) == 1
    assert seen["known"] == seen["unknown"]


def test_sign_in_costs_and_says_the_same(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_up(at(), town.lin)
    seen: dict[str, set[str]] = {"known": set(), "unknown": set(), "never activated": set()}
    names = {"known": town.lin.national_id, "never activated": town.wang.national_id}
    for turn in range(EACH):
        strange = with_check_digit(f"110101198601{turn % 28 + 1:02d}{turn:03d}")
        for kind, found in seen.items():
            forget_attempts()
            with counted(monkeypatch) as cost:
                told = _told(partial(sign_in, at(), names.get(kind, strange), "not my password", "123456"))
            if turn:  # the first makes the rows that the others find
                found.add(repr((told, cost.statements, cost.macs, cost.hashes)))
    assert len(seen["unknown"]) == 1
    assert seen["known"] == seen["unknown"] == seen["never activated"]


def _refused(act: Callable[[], Any]) -> tuple[str, dict[str, Any]]:
    with pytest.raises(HealthCloudError) as caught:
        act()
    return caught.value.key, caught.value.params


def test_recovery_costs_and_says_the_same(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until one is proved, nothing on its screens depends on whether there is an account, or a person."""
    signed_up(at("hers"), town.lin)
    clock.frozen = clock.now()
    seen: dict[str, set[str]] = {"known": set(), "unknown": set(), "never activated": set()}
    names = {"known": town.lin.national_id, "never activated": town.wang.national_id}
    cards = {"never activated": town.wang.visit_card}
    for turn in range(EACH // 5):
        strange = with_check_digit(f"110101198601{turn % 28 + 1:02d}{turn:03d}")
        for kind, found in seen.items():
            forget_attempts()
            visitor = at(f"{kind}-{turn}")
            begin(visitor, town.lin, number=names.get(kind, strange), card=cards.get(kind, ""))
            for place in range(3):
                db.perform(verification.answer, NOBODY, visitor, place, 0)
            db.perform(verification.finish_questions, NOBODY, visitor)
            db.perform(verification.send_code, NOBODY, visitor, "zh")
            db.perform(verification.prove, NOBODY, visitor, "no code")
            with counted(monkeypatch) as cost:
                told = [
                    asdict(db.perform(recovery.current, NOBODY, visitor)),
                    asdict(db.perform(activation.current, NOBODY, visitor)),
                    _refused(partial(db.perform, recovery.begin, NOBODY, visitor)),
                    _refused(partial(recovery.show_factor, visitor, "123456")),
                    _refused(partial(db.perform, recovery.come_back, NOBODY, visitor)),
                    _refused(partial(activation.set_password, visitor, "a long walk by the lake")),
                ]
            found.add(repr((told, cost.statements, cost.macs, cost.hashes)))
    assert len(seen["unknown"]) == 1
    assert seen["known"] == seen["unknown"] == seen["never activated"]


def test_which_part_was_wrong_is_not_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    key = signed_up(at(), town.lin)
    clock.advance(minutes=1)
    said = []
    for password, code in (("wrong one", key.code()), ("a long walk by the lake", "000000"), ("wrong", "000000")):
        forget_attempts()
        said.append(_told(lambda p=password, c=code: sign_in(at(), town.lin.phone, p, c)))
    assert len({repr(each) for each in said}) == 1
