"""Text that the source itself gives in both languages, carried to the browser as it came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Words:
    """One text in Chinese and English; never invented: a language the source lacks stays empty."""

    zh: str = ""
    en: str = ""

    @classmethod
    def same(cls, text: str) -> Self:
        """Take a text that has no translation, such as a name or a code."""
        return cls(zh=text, en=text)

    def pick(self, language: Language) -> str:
        """Give the text in a language, or in the other one rather than nothing."""
        return (self.en or self.zh) if language == "en" else (self.zh or self.en)
