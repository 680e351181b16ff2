"""The texts: whole in both languages, every key used exists, no key lies about unused."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_cloud.core import i18n
from health_cloud.core.words import Words

PRODUCT = Path(__file__).parents[2] / "health_cloud"
SPEAKING = {"t", "say", "Denied", "NotFound", "Invalid", "Conflict", "HealthCloudError", "BrokenSeal"}
KEY = re.compile(r"[a-z_]+(?:\.[a-z0-9_]+)+")
QUOTED = re.compile(r"""["'`]([a-z_]+\.[a-z0-9_.]*)["'`$]""")


def _python() -> Iterator[tuple[Path, ast.Module]]:
    for path in PRODUCT.rglob("*.py"):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


@cache
def _said() -> dict[Path, frozenset[str]]:
    """Every text that stands in each module; read once, for all rooms."""
    return {
        path: frozenset(
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        for path, tree in _python()
    }


@cache
def _scripts() -> dict[Path, frozenset[str]]:
    """Every key that stands in each script."""
    return {path: frozenset(QUOTED.findall(path.read_text(encoding="utf-8"))) for path in PRODUCT.rglob("*.js")}


def _spoken() -> list[tuple[str, str]]:
    """Keys that stand as literals where a text is asked for: (file and line, key)."""
    found: list[tuple[str, str]] = []
    for path, tree in _python():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            position = 1 if name == "Unavailable" else 0
            if name not in SPEAKING | {"Unavailable"} or len(node.args) <= position:
                continue
            key = node.args[position]
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and KEY.match(key.value):
                found.append((f"{path.relative_to(PRODUCT)}:{node.lineno}", key.value))
    return found


def _written() -> tuple[set[str], set[str]]:
    """All literals that look like keys, and those that end in a dot or underscore: the beginnings of composed keys."""
    literals: set[str] = set()
    for texts in (*_said().values(), *_scripts().values()):
        literals |= texts
    beginnings = {text for text in literals if text.endswith((".", "_")) and KEY.fullmatch(text.rstrip("._") + ".x")}
    return literals, beginnings


def test_every_text_is_whole_in_both_languages() -> None:
    """Loading checks both languages and their placeholders; a bad file raises."""
    assert i18n.texts()
    rooms = ("", i18n.LATER, *i18n.rooms_apart())
    english = [key.removesuffix("_one").removesuffix("_other") for room in rooms for key in i18n.catalogue("en", room)]
    assert set(english) >= {key for key, forms in i18n.texts().items() if "en" in forms}
    assert sorted(key for room in rooms for key in i18n.catalogue("zh", room)) == sorted(i18n.texts())


def test_every_key_used_exists() -> None:
    missing = [
        f"{where}: {key}" for where, key in _spoken() if key not in i18n.texts() and not key.endswith((".", "_"))
    ]
    assert not missing, "\n".join(missing)


def test_no_key_is_unused() -> None:
    literals, beginnings = _written()
    unused = [key for key in i18n.texts() if key not in literals and not key.startswith(tuple(beginnings or {"\0"}))]
    assert not unused, "\n".join(unused)


LENDING = {"access", "identity"}
"""Rooms whose pages lend parts to the pages of others."""
BROUGHT = {"prescribing": "followup"}
"""Rooms whose texts the pages of another bring along with the parts that they borrow."""


def _lent(room: str) -> set[Path]:
    """The modules of a feature's pages that other rooms show as parts of theirs."""
    naming = re.compile(rf"from (health_cloud\.{room}\.pages\.[\w.]+) import")
    named = {
        match[1]
        for path in PRODUCT.rglob("*.py")
        if path.relative_to(PRODUCT).parts[0] != room
        for match in naming.finditer(path.read_text(encoding="utf-8"))
    }
    return {PRODUCT.parent / (name.replace(".", "/") + ".py") for name in named}


@pytest.mark.parametrize("room", i18n.rooms_apart())
def test_no_other_room_needs_the_texts_that_travel_with_this_rooms_pages(room: str) -> None:
    apart, lent = i18n.rooms_apart()[room], _lent(room)
    assert bool(lent) is (room in LENDING or room in BROUGHT), "the way this test finds what is lent is wrong"
    if room in BROUGHT:
        borrowing = (PRODUCT / BROUGHT[room] / "pages" / "__init__.py").read_text(encoding="utf-8")
        assert f'"{room}",' in borrowing, "whoever borrows brings the texts along"
        lent = set()
    wrong: list[str] = []
    for path, said in _said().items():
        if path.relative_to(PRODUCT).parts[0] == room and path not in lent:
            continue
        wrong += [f"{path.relative_to(PRODUCT)}: {key}" for key in sorted(apart & said)]
    for path, said in _scripts().items():
        if path.relative_to(PRODUCT).parts[0] == room and room not in LENDING:
            continue
        wrong += [f"{path.relative_to(PRODUCT)}: {key}" for key in sorted(apart & said)]
    assert not wrong, "\n".join(wrong)


def test_chinese_has_no_half_width_punctuation_between_characters() -> None:
    wrong = [
        key for key, forms in i18n.texts().items() if re.search(r"[\u4e00-\u9fff][,;:!?][\u4e00-\u9fff]", forms["zh"])
    ]
    assert not wrong, "\n".join(wrong)


def test_say_fills_in_and_counts() -> None:
    assert i18n.say("desk.in_force", "zh", version=3) == "正在用第 3 版"
    assert i18n.say("ui.clock.days", "en", count=1) == "1 day"
    assert i18n.say("ui.clock.days", "en", count=2) == "2 days"
    assert i18n.say("ui.clock.days", "zh", count=2) == "2 天"


def test_an_unknown_key_is_an_error_and_not_a_text() -> None:
    with pytest.raises(KeyError):
        i18n.say("ui.no_such_text", "en")


@pytest.mark.parametrize(
    ("forms", "said"),
    [
        ({"zh": "好"}, "needs zh, and en"),
        ({"zh": "好", "en": " "}, "empty"),
        ({"zh": "{{a}} 好", "en": "good"}, "placeholders"),
        ({"zh": "好", "en": "good", "fr": "bon"}, "unknown"),
        ({"zh": "{{count}} 天", "en_one": "{{count}} day"}, "needs zh, and en"),
    ],
)
def test_a_bad_text_is_named(forms: dict[str, str], said: str) -> None:
    with pytest.raises(i18n.BadTextsError, match=said):
        i18n._check("somewhere", forms)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-FR, en;q=0.5, zh;q=0.7", "zh"),
        ("de", "en"),
        ("en;q=0, zh", "zh"),
        ("en;q=nonsense", "zh"),
    ],
)
def test_language_of_a_header(header: str, language: str) -> None:
    assert i18n.language_of(header) == language


@given(st.text(max_size=200))
def test_any_header_gives_a_language(header: str) -> None:
    assert i18n.language_of(header) in i18n.LANGUAGES


def test_words_give_the_other_language_rather_than_nothing() -> None:
    assert Words(zh="检验").pick("en") == "检验"
    assert Words(zh="检验", en="Lab").pick("en") == "Lab"
    assert Words.same("HbA1c").pick("zh") == "HbA1c"
