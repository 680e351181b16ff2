"""Texts in the browser: `t` for our own words, `words` for those a source gave in both languages.

The catalogues are files of the bundle, so that a change of language needs no session; a page fetches its reader's.
What one feature's pages alone say travels with those pages (`spoken`), and what the pages of reading can do without
with all the others, in Chinese; a text that is missing there all the same is fetched with all of that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any, Final

import reflex as rx
from reflex.utils.imports import ImportVar
from reflex.vars import VarData

from health_cloud.core.i18n import LANGUAGES, LATER, catalogue, rooms_apart
from health_cloud.core.words import Language, Words
from health_cloud.ui import scripts
from health_cloud.ui.page import Page

# One hook a component: every text, date and number of it comes from this object
_HOOK: Final = "hcWords"
WORDS: Final = VarData(
    imports={
        scripts.I18N: [ImportVar(tag="useWords")],
        **{package: [ImportVar(tag=None, render=False)] for package in scripts.PACKAGES},
    },
    hooks={f"const {_HOOK} = useWords();": None},
)


def write_catalogues(assets: Path) -> dict[Language, Path]:
    """Write both languages as modules for the bundle, and return where; to be called before the front end is built.

    The result depends on the texts alone and is not committed.
    """
    assets.mkdir(parents=True, exist_ok=True)
    made: dict[Language, Path] = {name: assets / f"catalogues-{name}.js" for name in LANGUAGES}
    made["zh"].write_text(f"export const texts = {_json('zh', '')};\n", encoding="utf-8")
    made["en"].write_text(f"export const texts = {_json('en', '', LATER)};\n", encoding="utf-8")
    apart = {room: ", ".join(f"{name}: {_json(name, room)}" for name in LANGUAGES) for room in rooms_apart()}
    for room, given in {**apart, LATER: f"zh: {_json('zh', LATER)}"}.items():
        module = (
            f'import {{ learn }} from "{scripts.I18N}";\nlearn({{ {given} }});\n'
            f"export const {_tag(room)} = () => null;\n"
        )
        (assets / f"catalogues-{room}.js").write_text(module, encoding="utf-8")
    return made


def _json(language: Language, *rooms: str) -> str:
    whole = {key: text for room in rooms for key, text in catalogue(language, room).items()}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1)


def _tag(room: str) -> str:
    """Return the name of what stands for a module of texts; a page may have two."""
    return f"Spoken{room.capitalize()}"


class _Spoken(scripts.Local):
    """Nothing to see: its module teaches the browser the texts of a feature's own pages."""


def spoken(pages: Sequence[Page], room: str) -> list[Page]:
    """Return pages so that each brings texts along: those of a feature's `texts.pages.toml`, or what is `LATER`."""

    def bring(component: Callable[[], Any]) -> Callable[[], Any]:
        @wraps(component)
        def whole() -> rx.Component:
            return rx.fragment(_Spoken.create(library=f"$/public/catalogues-{room}.js", tag=_tag(room)), component())

        return whole

    return [replace(page, component=bring(page.component)) for page in pages]


def in_words(function: str, *arguments: Any) -> rx.Var[str]:
    """Call a function of the language object of `i18n.js`."""
    given = [rx.Var.create(argument) for argument in arguments]
    return rx.Var(
        _js_expr=f"{_HOOK}.{function}({', '.join(str(argument) for argument in given)})",
        _var_type=str,
        _var_data=VarData.merge(WORDS, *(argument._get_all_var_data() for argument in given)),  # noqa: SLF001
    ).guess_type()


def t(
    key: str | rx.Var[str], params: rx.Var[dict[str, Any]] | Mapping[str, Any] | None = None, /, **named: Any
) -> rx.Var[str]:
    """Give a text of ours in the reader's language.

    Args:
        key: key of a `texts.toml`; a Var that is empty gives no text.
        params: placeholders as one Var, for errors that bring their own.
        named: placeholders, each a value or a Var.
    """
    if params is not None:
        return in_words("t", key, params)
    return in_words("t", key, named) if named else in_words("t", key)


def words(text: rx.Var[Words] | Words | rx.Var[Any]) -> rx.Var[str]:
    """Give a text that its source wrote in both languages, or in one."""
    if isinstance(text, Words):
        return in_words("pick", {"zh": text.zh, "en": text.en})
    return in_words("pick", text)


def language() -> rx.Var[str]:
    """Give the reader's language, "zh" or "en"."""
    return rx.Var(_js_expr=f"{_HOOK}.language", _var_type=str, _var_data=WORDS).guess_type()
