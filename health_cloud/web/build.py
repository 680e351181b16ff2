"""The build of the screens: run as a module it builds; as a plugin it finishes what Reflex built."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from reflex.plugins import Plugin

from health_cloud.web import bundle
from health_cloud.web.tool_chain import ROOT, WEB, prepare

POLICY = WEB / "backend" / "csp.json"
"""Script hashes per page, written by the build, read by the edge."""

_FALLBACK = "__spa-fallback.html"
_BUILD_MARK = "/*BUILD*/null"
_WORDS_MARK = '/*WORDS*/ ""'
_MADE_MARK = "/*MADE*/ null"
_EARLY = Path(__file__).with_name("early.js")
_FIRST = '<script src="/boot.js"></script>'
_AWAY = (
    "offline.html",
    "offline.js",
    "boot.js",
    "icons/seal.svg",
    "styles/tokens.css",
    "styles/components.css",
    "styles/app.css",
    "styles/card.css",
    "styles/print.css",
    "card.html",
    "card/view.js",
    "card/draw.js",
    "card/store.js",
)
"""The page that stands in without a network, the one that opens an emergency card, and all that they are made of."""

_PDF = WEB / "node_modules" / "pdfjs-dist"
_PDF_TABLES = ("cmaps/*", "standard_fonts/*", "iccs/*", "wasm/*_nowasm_fallback.js", "wasm/LICENSE*")
"""What PDF.js fetches while it reads: without them Chinese in a standard font that is not embedded stays empty."""

_HEAVY = re.compile(r"pdf|dwv|recharts|worker", re.IGNORECASE)


class _InlineScripts(HTMLParser):
    """Collects the text of inline scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and not any(name == "src" for name, _ in attrs)
        if self._inside:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data


def inline_script_hashes(html: str) -> list[str]:
    """Return the CSP source of each inline script of a page."""
    parser = _InlineScripts()
    parser.feed(html)
    digests = (hashlib.sha256(text.encode()).digest() for text in parser.scripts)
    return sorted({f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests})


def free_of_origin(script: str) -> str:
    """Replace the addresses that Reflex bakes into its environment module by where the page came from.

    One build then serves tests, staging and production. The module maps names to URLs as string literals;
    a websocket address takes the page's scheme, `https` giving `wss`.
    """

    def expression(match: re.Match[str]) -> str:
        scheme, path = match["scheme"], match["path"]
        origin = "location.origin" if scheme.startswith("http") else 'location.origin.replace(/^http/,"ws")'
        return f'(typeof location==="undefined"?"":{origin})+"{path}"'

    return re.sub(
        r"""(?P<quote>["'`])(?P<scheme>wss?|https?)://(?:localhost|[0-9a-zA-Z.\-]+)(?::\d+)?(?P<path>/[^"'`]*)?(?P=quote)""",
        lambda match: expression(match) if match["path"] else match[0],
        script,
    )


def _shell_files(static: Path) -> list[str]:
    """Return what the service worker keeps: scripts, styles and the page for no network; no page with a record."""
    made = sorted(path for path in (static / "assets").iterdir() if path.suffix in {".js", ".css"})
    kept = [path.relative_to(static).as_posix() for path in made if not _HEAVY.search(path.name)]
    return [f"/{name}" for name in (*_AWAY, *kept)]


def version_of(static: Path) -> str:
    """Return the version of a build: React Router's, which covers every script and style by its name.

    A page knows its own as `window.__reactRouterManifest.version`, and compares it with `/build.json`.
    """
    manifest = next((static / "assets").glob("manifest-*.js"))
    return manifest.stem.removeprefix("manifest-")


def add_pdf_tables(static: Path) -> None:
    """Put the tables of PDF.js where its page looks for them: in a folder of its version, so that they can be kept."""
    version = json.loads((_PDF / "package.json").read_text())["version"]
    for pattern in _PDF_TABLES:
        for path in sorted(_PDF.glob(pattern)):
            place = static / "assets" / f"pdfjs-{version}" / path.relative_to(_PDF)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def words_ahead(static: Path) -> None:
    """Tell the first script of a page where the words are that the prerendered page does not bring.

    Raises:
        StopIteration: the build made no file of them.
    """
    made = next(static.glob("assets/catalogues-en-*.js"))
    boot = static / "boot.js"
    boot.write_text(boot.read_text().replace(_WORDS_MARK, json.dumps(f"/assets/{made.name}")))


def _pages(static: Path) -> dict[str, list[str]]:
    """Return each page's path, with the scripts that its prerendered document does not name: one with names in it."""
    script = next(static.glob("assets/manifest-*.js")).read_text()
    manifest = json.loads(script[script.index("{") : script.rindex("}") + 1])
    named = {*manifest["entry"]["imports"], *manifest["routes"]["root"]["imports"]}
    pages = {
        "/" + route.get("path", ""): [route["module"], *(one for one in route["imports"] if one not in named)]
        for route in manifest["routes"].values()
        if route["id"] != "root" and route.get("path") != "*"
    }
    return {path: scripts if ":" in path else [] for path, scripts in sorted(pages.items())}


def ask_early(static: Path, compiled: Path = WEB) -> None:
    """Have the first script of a page ask for its States: put there what Reflex will ask, to the letter.

    Args:
        static: the built files.
        compiled: Reflex's folder: `utils/context.jsx` says what is asked, `reflex.json` in which protocol.

    Raises:
        ValueError: Reflex compiles it otherwise; early.js is to be made to fit, or left out.
    """
    context = (compiled / "utils" / "context.jsx").read_text()

    def said(pattern: str) -> str:
        if (found := re.search(pattern, context)) is None:
            raise ValueError(pattern)
        return found[1]

    made = {
        "event": said(r"return \[ReflexEvent\('([\w.]+)', payload\)\]"),
        "hashes": json.loads(said(r"initialStateHashes = (\[.*\])")),
        "schema": json.loads(said(r'stateSchema = (".*")')),
        "protocols": [json.loads((compiled / "reflex.json").read_text())["version"]],
        "pages": _pages(static),
    }
    boot = static / "boot.js"
    boot.write_text(boot.read_text() + _EARLY.read_text().replace(_MADE_MARK, json.dumps(made, separators=(",", ":"))))


def first_script_inside(static: Path) -> None:
    """Put the first script into every prerendered page: its parser waits for it, and a file is a way there and back.

    Raises:
        ValueError: a page names it otherwise, or it would end where it says `</script`.
    """
    script = (static / "boot.js").read_text()
    pages = {path: path.read_text() for path in sorted(static.rglob("*.html"))}
    for path, page in pages.items():
        if 'rel="modulepreload"' in page:
            if page.count(_FIRST) != 1 or "</script" in script:
                raise ValueError(path.name)
            path.write_text(page.replace(_FIRST, f"<script>{script}</script>"))


class Frame(Plugin):
    """Finishes what Reflex compiles and builds: one file of icons, addresses, policy hashes, service worker."""

    def get_frontend_dependencies(self, **_context: Any) -> list[str]:
        """Return what the bundle needs besides what Reflex brings."""
        return ["preact@11.2.0"]

    def pre_compile(self, **context: Any) -> None:
        """Run before Reflex writes its files."""
        context["add_modify_task"]("vite.config.js", bundle.configured)
        context["add_modify_task"]("app/root.jsx", bundle.without_globals)
        for place, text in bundle.stands():
            context["add_save_task"](lambda place=place, text=text: (place, text))

    def post_build(self, **context: Any) -> None:
        """Run after Vite, before the files are compressed."""
        static: Path = context["static_dir"]
        bundle.require_classes(WEB)
        for script in static.glob("assets/reflex-env-*.js"):
            script.write_text(free_of_origin(script.read_text()))
        add_pdf_tables(static)
        words_ahead(static)
        ask_early(static)
        first_script_inside(static)
        pages = {
            path.relative_to(static).as_posix(): inline_script_hashes(path.read_text())
            for path in sorted(static.rglob("*.html"))
        }
        POLICY.parent.mkdir(parents=True, exist_ok=True)
        POLICY.write_text(json.dumps({"pages": pages, "fallback": pages.get(_FALLBACK, [])}, indent=1))
        (static / "build.json").write_text(json.dumps({"version": version_of(static)}))
        worker = static / "sw.js"
        if worker.exists():
            files = _shell_files(static)
            content = b"".join((static / name.lstrip("/")).read_bytes() for name in files)
            version = hashlib.sha256(content).hexdigest()[:16]
            made = json.dumps({"version": version, "files": files})
            worker.write_text(worker.read_text().replace(_BUILD_MARK, made))


def main() -> None:
    """Compile, fetch packages, bundle: what `reflex export` does, without the calls that `reflex init` makes."""
    prepare(serving=False)
    from reflex.utils import export, prerequisites  # noqa: PLC0415 - reads the environment when imported
    from reflex_base import constants  # noqa: PLC0415
    from reflex_base.environment import environment  # noqa: PLC0415

    environment.REFLEX_COMPILE_CONTEXT.set(constants.CompileContext.EXPORT)
    (ROOT / ".cache" / "reflex").mkdir(parents=True, exist_ok=True)
    from health_cloud.ui.i18n import write_catalogues  # noqa: PLC0415

    write_catalogues(ROOT / "assets")
    if prerequisites.needs_reinit():
        prerequisites.initialize_frontend_dependencies()
    export.export(zipping=False, frontend=True, backend=False, env=constants.Env.PROD)


if __name__ == "__main__":
    main()
