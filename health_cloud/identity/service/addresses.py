"""Phone numbers and e-mail addresses as people type them, and as they are shown back: masked."""

from __future__ import annotations

import re

from health_cloud.core import normal
from health_cloud.core.errors import Invalid

_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
_CHINESE_MOBILE = re.compile(r"\+86(1[3-9][0-9]{9})")
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_LONGEST = 254
_TAIL = 4


def checked(kind: str, value: str) -> str:
    """Return the one spelling of a phone number (E.164) or e-mail address.

    Raises:
        Invalid: it cannot be one by its form.
    """
    if kind == "phone":
        spelled = normal.phone(value[:_LONGEST])
        chinese = spelled.startswith("+86")
        if not _PHONE.fullmatch(spelled) or (chinese and not _CHINESE_MOBILE.fullmatch(spelled)):
            raise Invalid("identity.contacts.error.phone", field="value")
        return spelled
    if kind == "email":
        spelled = normal.email(value[: _LONGEST + 1])
        if len(spelled) > _LONGEST or not _EMAIL.fullmatch(spelled):
            raise Invalid("identity.contacts.error.email", field="value")
        return spelled
    raise Invalid


def masked(kind: str, value: str) -> str:
    """Return enough of a contact for its owner to know it, and too little for anybody else to use it."""
    if kind == "email":
        name, _, host = value.partition("@")
        return f"{name[:1]}***@{host}"
    digits = normal.phone(value)
    chinese = _CHINESE_MOBILE.fullmatch(digits)
    if chinese:
        return f"{chinese[1][:3]}****{chinese[1][-_TAIL:]}"
    return f"{digits[:3]}****{digits[-_TAIL:]}"
