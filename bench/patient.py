"""A signed-in patient of the demo for measurements: the account is made in the database, the session by the product."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def demo_cookie(environment: dict[str, str]) -> str:
    """Seed the demo in the data folder that `environment` names and return the Cookie header of its first patient."""
    words = [sys.executable, "-m", "bench.patient"]
    done = subprocess.run(
        words, cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True, text=True
    )
    return done.stdout.strip().splitlines()[-1]


def _make() -> str:
    from sqlmodel import Session, col, select

    from health_cloud import tables
    from health_cloud.core import clock, cookies, db, migrations
    from health_cloud.core.actors import NOBODY, Actor, Visitor, system
    from health_cloud.demo import seeding, service
    from health_cloud.identity.models import Account, Identifier, Link, Person
    from health_cloud.identity.service import privacy_notice, sessions
    from health_cloud.identity.service.numbers import blind_identifier

    assert tables.FEATURES
    migrations.migrate()
    seeding.seed(lambda _word: None)
    visitor = Visitor(device="bench")
    card = service.cards(seeding.SEED)[0]

    def begin(session: Session, _actor: Actor) -> str:
        digest = blind_identifier("national_id", card.national_id, "")
        person_id = session.exec(
            select(Link.person_id)
            .join(Identifier, col(Identifier.record_id) == Link.record_id)
            .where(Identifier.kind == "national_id", Identifier.blind == digest)
        ).first()
        account = Account(role="patient", person_id=person_id, state="active", created_at=clock.now())
        session.add(account)
        session.get_one(Person, person_id).agreed = privacy_notice.current_version()
        session.flush()
        return sessions.begin(session, account, visitor, "password")

    code = db.perform(begin, system("bench"))
    secret = db.perform(sessions.enter, NOBODY, code, visitor).secret
    return f"{cookies.session_cookie()}={secret}; {cookies.device_cookie()}=bench"


if __name__ == "__main__":
    print(_make())
