"""What an account has opened is forgotten with the account."""

from __future__ import annotations

from sqlalchemy import delete
from sqlmodel import Session, col

from health_cloud.chart.models import Opened


def forget_opened(session: Session, payload: dict[str, str]) -> None:
    """Forget which entries an account has opened; a subscriber of facts."""
    session.exec(delete(Opened).where(col(Opened.account_id) == payload["account"]))
