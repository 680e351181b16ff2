"""Statements that are made once and asked often: to make one anew costs more than to run it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable, Row
from sqlmodel import Session


def rows_of(session: Session, statement: Executable, **given: Any) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the rows of a statement with these values for its `bindparam`s: plain columns, no objects.

    What the session still holds back is written first, as it is for its own queries.
    """
    session.flush()
    return session.connection().execute(statement, given).all()
