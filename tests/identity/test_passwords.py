"""Passwords: long enough, not what everybody tries, no rules of composition."""

from __future__ import annotations

import pytest

from health_cloud.core.errors import Invalid
from health_cloud.identity.service import passwords

ABOUT = ("林秀兰", "Lin", "Xiulan", "110101195903070027", "19590307", "松云医院")


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("short12", "short"),
        ("password", "common"),
        ("12345678", "common"),
        ("QWERTYUIOP", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("abcdefgh", "common"),
        ("my xiulan account", "personal"),
        ("sesame 19590307 open", "personal"),
        ("x" * 129, "long"),
    ],
)
def test_refused(password: str, key: str) -> None:
    with pytest.raises(Invalid, match=f"password_{key}"):
        passwords.check(password, ABOUT)


@pytest.mark.parametrize(
    "password", ["a long walk by the lake", "湖边走走再回家吃饭", "Tr4vel-light!", "        x9 ok    k"]
)
def test_accepted(password: str) -> None:
    passwords.check(password, ABOUT)


def test_the_hash_is_argon2id_and_salted() -> None:
    one, other = passwords.hash_password("a long walk by the lake"), passwords.hash_password("a long walk by the lake")
    assert one.startswith("$argon2id$")
    assert one != other
    assert passwords.matches(one, "a long walk by the lake")
    assert not passwords.matches(one, "a long walk by the lak")
    assert not passwords.matches("", "nobody has this password"), "the stand-in's own password opens nothing"
    assert not passwords.matches("not a hash", "x")


def test_one_text_in_two_forms_of_unicode_is_one_password() -> None:
    assert passwords.matches(passwords.hash_password("café au lait ok"), "cafe\u0301 au lait ok")
