"""The least that a Reflex app can do to show fifty rows from SQLite: the floor for `bench/events.py`."""

import asyncio
import os
import sqlite3

import reflex as rx


def rows(path: str) -> list[dict[str, str]]:
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT id, title, place, at FROM entry ORDER BY at DESC LIMIT 50").fetchall()
    return [dict(zip(("id", "title", "place", "at"), row, strict=True)) for row in found]


class Bare(rx.State):
    rows: list[dict[str, str]] = []

    @rx.event
    async def load(self):
        self.rows = []
        self.rows = await asyncio.to_thread(rows, os.environ["BARE_DATABASE"])


def index() -> rx.Component:
    return rx.el.ul(rx.foreach(Bare.rows, lambda row: rx.el.li(row["title"])))


app = rx.App()
app.add_page(index)
