"""The small React components of this room, linked side by side so that they can import each other."""

from __future__ import annotations

from typing import Final

import reflex as rx

I18N: Final = rx.asset("i18n.js", shared=True).importable_path
DATES: Final = rx.asset("dates.js", shared=True).importable_path
FRAME: Final = rx.asset("frame.js", shared=True).importable_path
MARKS: Final = rx.asset("marks.js", shared=True).importable_path
FORMS: Final = rx.asset("forms.js", shared=True).importable_path
FEEDBACK: Final = rx.asset("feedback.js", shared=True).importable_path
