"""Every text of the product, gathered from the `texts.toml` of each feature.

What a feature's own pages alone show may lie in its `texts.pages.toml`: the browser gets it with those pages. Of the
rest every page brings what the frame and the pages of reading say; the others bring what is `later` besides.

A table per key; `{{name}}` interpolates; English plurals are `en_one` and `en_other`, chosen by `{{count}}`:

    [home.greeting]
    zh = "{{name}}，上午好"
    en = "Good morning, {{name}}"
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from health_cloud.core.words import Language

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
_FEATURES: Final = Path(__file__).resolve().parents[1]
_PLACEHOLDER: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_FORMS: Final = frozenset({"zh", "en", "en_one", "en_other"})

LATER: Final = "later"
"""Stands for the texts that the pages of reading can do without."""
_FIRST_ROOMS: Final = frozenset(
    {"chart", "core", "demo", "home", "ingest", "notify", "records", "ui", "visibility", "web"}
)
_FIRST_PARTS: Final = tuple(f"identity/pages/{name}.py" for name in ("acting", "proof", "recover", "staying"))
"""Parts of other features that stand in the frame or on the first screen."""
_NAMED: Final = re.compile(r'"((?:[a-z_]+\.)+[a-z_]*)[{"]')

Text = dict[str, str]


class BadTextsError(ValueError):
    """A `texts.toml` that cannot be used; says which file and key."""


@cache
def texts() -> dict[str, Text]:
    """Read all texts, checked: key -> forms (`zh`, and `en` or `en_one` with `en_other`)."""
    gathered: dict[str, Text] = {}
    for path in sorted(_FEATURES.glob("*/texts*.toml")):
        gathered |= _read(path)
    return gathered


def _read(path: Path) -> dict[str, Text]:
    feature, found = path.parent.name, dict[str, Text]()
    for key, forms in _flat(tomllib.loads(path.read_text(encoding="utf-8"))).items():
        where = f"{feature}/{path.name}: {key}"
        if not key.startswith(f"{feature}."):
            msg = f"{where} must start with {feature}."
            raise BadTextsError(msg)
        _check(where, forms)
        found[key] = forms
    return found


@cache
def rooms_apart() -> dict[str, frozenset[str]]:
    """Return the keys that a feature's own pages alone show, by feature."""
    return {path.parent.name: frozenset(_read(path)) for path in sorted(_FEATURES.glob("*/texts.pages.toml"))}


@cache
def later() -> frozenset[str]:
    """Return the keys that neither the frame nor the pages of reading name, but for those of `rooms_apart`.

    What the server alone names there is fetched when it is said.
    """
    apart = frozenset[str]().union(*rooms_apart().values())
    said = {key for part in _FIRST_PARTS for key in _NAMED.findall((_FEATURES / part).read_text(encoding="utf-8"))}
    beginnings = tuple(key for key in said if key.endswith((".", "_")))
    return frozenset(
        key
        for key in texts().keys() - apart
        if key.partition(".")[0] not in _FIRST_ROOMS and key not in said and not key.startswith(beginnings)
    )


def _flat(tree: dict[str, Any], prefix: str = "") -> dict[str, Text]:
    found: dict[str, Text] = {}
    for name, branch in tree.items():
        key = f"{prefix}{name}"
        if not isinstance(branch, dict):
            msg = f"{key} has no language"
            raise BadTextsError(msg)
        branch = cast("dict[str, Any]", branch)
        forms = {form: text for form, text in branch.items() if isinstance(text, str)}
        if forms:
            found[key] = forms
        found |= _flat({inner: rest for inner, rest in branch.items() if inner not in forms}, f"{key}.")
    return found


def _check(where: str, forms: Text) -> None:
    if unknown := set(forms) - _FORMS:
        msg = f"{where} has unknown forms {sorted(unknown)}"
        raise BadTextsError(msg)
    english = [form for form in forms if form != "zh"]
    if "zh" not in forms or english not in (["en"], ["en_one", "en_other"], ["en_other", "en_one"]):
        msg = f"{where} needs zh, and en or both en_one and en_other"
        raise BadTextsError(msg)
    if empty := [form for form, text in forms.items() if not text.strip()]:
        msg = f"{where} is empty in {empty}"
        raise BadTextsError(msg)
    for form in english:
        # "one" may say "a" instead of the number
        optional = {"count"} if form == "en_one" else set[str]()
        if _placeholders(forms[form]) - optional != _placeholders(forms["zh"]) - optional:
            msg = f"{where}: the placeholders of {form} differ from those of zh"
            raise BadTextsError(msg)


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def say(key: str, language: Language, **params: str | int) -> str:
    """Give a text on the server, for mails, messages and the command line.

    Raises:
        KeyError: no feature has this key.
    """
    forms = texts()[key]
    if language == "zh":
        chosen = forms["zh"]
    elif "en" in forms:
        chosen = forms["en"]
    else:
        chosen = forms["en_one" if params.get("count") == 1 else "en_other"]
    return _PLACEHOLDER.sub(lambda match: str(params.get(match[1], "")), chosen)


def catalogue(language: Language, room: str = "") -> dict[str, str]:
    """Give one language as i18next reads it: plural forms end in `_one` and `_other`.

    Args:
        language: which.
        room: the feature whose own pages are meant; empty for what every page brings, `LATER` for what others do.
    """
    apart = frozenset[str]().union(*rooms_apart().values())
    every = {LATER: later(), "": texts().keys() - apart - later(), **rooms_apart()}
    chosen = every[room]
    if language == "zh":
        return {key: forms["zh"] for key, forms in texts().items() if key in chosen}
    entries: dict[str, str] = {}
    for key, forms in texts().items():
        if key not in chosen:
            continue
        for form, text in forms.items():
            if form != "zh":
                entries[key + form.removeprefix("en")] = text
    return entries


def language_of(accept_language: str) -> Language:
    """Choose a language by an `Accept-Language` header (RFC 9110, 12.5.4); Chinese where nothing is said.

    Somebody who reads neither is given English.
    """
    wishes: list[tuple[float, int, str]] = []
    for position, part in enumerate(accept_language.split(",")):
        tag, _, quality = part.strip().partition(";")
        weight = _weight(quality)
        if tag and weight > 0:
            wishes.append((-weight, position, tag.lower()))
    for _, _, tag in sorted(wishes):
        if tag.startswith("zh") or tag == "*":
            return "zh"
        if tag.startswith("en"):
            return "en"
    return "en" if wishes else "zh"


def _weight(quality: str) -> float:
    _, _, number = quality.strip().partition("=")
    try:
        return float(number) if number else 1.0
    except ValueError:
        return 0.0
