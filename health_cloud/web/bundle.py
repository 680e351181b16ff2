"""What goes into the bundle: less than Reflex would send, because all that a phone loads it also has to run."""

from __future__ import annotations

import re
from pathlib import Path

_GROUPS = "          groups: [\n"
"""Where Vite's configuration names what goes into one file."""

_ALIASES = "    alias: [\n"
_PLUGINS = "  plugins: [\n"
_STANDS = Path(__file__).with_name("preact")
_ELEMENTS, _REACT, _ROOT = "utils/elements.js", "utils/react.js", "utils/root.js"
_LIGHTER = f"""    {{
      name: "lighter-runtime",
      enforce: "pre",
      applyToEnvironment: (environment) => environment.name === "client",
      resolveId(source, importer) {{
        const instead = {{
          "react": "$/{_REACT}",
          "react-dom": "preact/compat",
          "react-dom/client": "$/{_ROOT}",
          "react/jsx-runtime": "preact/jsx-runtime",
        }}[source];
        return instead ? this.resolve(instead, importer, {{ skipSelf: true }}) : null;
      }},
    }},
"""
_GLOBALS = re.compile(r"^import \* as \w+ from .*\n|^ *window\.__reflex = \{[^}]*\};\n", re.MULTILINE)
_STYLED = re.compile(r"\bcss:")


def _changed(text: str, before: str, after: str) -> str:
    if before not in text:
        message = f"no {before.strip()!r} in Vite's configuration"
        raise ValueError(message)
    return text.replace(before, before + after)


def icons_together(configuration: str) -> str:
    """Put all icons into one file: each alone is a request of its own, six at a time where there is no HTTP/2.

    Raises:
        ValueError: Reflex writes Vite's configuration otherwise than it did.
    """
    return _changed(configuration, _GROUPS, '            { test: /lucide-react/, name: "icons" },\n')


def plain(configuration: str) -> str:
    """Make elements without Emotion. Reflex puts it between, and it would look at each for a style of its own.

    Raises:
        ValueError: Reflex writes Vite's configuration otherwise than it did.
    """
    place = f'fileURLToPath(new URL("./{_ELEMENTS}", import.meta.url))'
    return _changed(configuration, _ALIASES, f'      {{ find: "@emotion/react", replacement: {place} }},\n')


def lighter(configuration: str) -> str:
    """Run the screens on Preact, which does what React does in a fifth of its weight; only the build draws with React.

    Raises:
        ValueError: Reflex writes Vite's configuration otherwise than it did.
    """
    return _changed(configuration, _PLUGINS, _LIGHTER)


def configured(configuration: str) -> str:
    """Return Vite's configuration with all of these changes.

    Raises:
        ValueError: Reflex writes Vite's configuration otherwise than it did.
    """
    return lighter(plain(icons_together(configuration)))


def stands() -> list[tuple[str, str]]:
    """Return the files that stand for Emotion, for React and for its root in a browser, each with its text."""
    return [(place, (_STANDS / Path(place).name).read_text()) for place in (_ELEMENTS, _REACT, _ROOT)]


def require_classes(compiled: Path) -> None:
    """Check that no component brings a style of its own: nothing would draw it, and the page's policy refuses it.

    Args:
        compiled: Reflex's folder.

    Raises:
        ValueError: one does; give it a class of `assets/styles` instead.
    """
    for folder in (compiled / "app", compiled / "utils" / "components"):
        for path in sorted(folder.rglob("*.jsx")):
            if _STYLED.search(path.read_text()):
                message = f"{path.name}: a component has a style of its own; use a class of assets/styles"
                raise ValueError(message)


def without_globals(root: str) -> str:
    """Leave out what Reflex keeps whole for components that come as text to evaluate: the page's policy refuses them.

    Raises:
        ValueError: Reflex writes the root otherwise than it did.
    """
    without, times = _GLOBALS.subn("", root)
    if times < 2:  # noqa: PLR2004 - what was imported, and where it was put
        message = "Reflex's root keeps nothing for all"
        raise ValueError(message)
    return without
