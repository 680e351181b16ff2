"""How many presses something takes, counted in the browser itself (R15)."""

from __future__ import annotations

from playwright.sync_api import Page

_COUNT = """
addEventListener("click", (event) => {
  if (event.isTrusted) sessionStorage.presses = Number(sessionStorage.presses ?? 0) + 1;
}, true);
"""
_TAKE = "() => { const count = Number(sessionStorage.presses ?? 0); delete sessionStorage.presses; return count }"


def count_presses(page: Page) -> None:
    """Count what is pressed from the next page on, across reloads: whatever a finger, a mouse or a key presses."""
    page.add_init_script(_COUNT)


def pressed(page: Page) -> int:
    """Return how many presses there were since this was asked last."""
    return int(page.evaluate(_TAKE))
