# -*- coding: utf-8 -*-
"""Makes `.venv` with everything the product needs; says in one sentence what stands in the way.

Runs on whatever Python there is, so that a too old one gets a clear word: keep the syntax plain. What is whole is
left alone and nothing is written, so that a folder of somebody else and a machine without a network still start.
"""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
CACHE = os.path.join(ROOT, ".cache")
LOG = os.path.join(CACHE, "install.log")
HALF = os.path.join(VENV, "unpacking")
"""There from the moment at which pip begins to unpack until it is done: what was cut off there is made anew."""
SHELL = "chromium-headless-shell"
"""Chromium without windows, history of pages and app shell: opens a page four times as fast."""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NETWORK = (
    "NewConnectionError", "Temporary failure in name resolution", "Max retries", "ConnectTimeout",
    "Network is unreachable", "Connection refused", "Could not fetch", "ProxyError", "ConnectionResetError",
    "Failed to establish a new connection",
)  # fmt: skip


def fail(english, chinese):
    sys.stdout.flush()
    sys.stderr.write(english + "\n" + chinese + "\n")
    sys.exit(1)


def require_python():
    if sys.version_info < (3, 11):
        found = "%d.%d" % sys.version_info[:2]
        fail(
            "Health Cloud needs Python 3.11 or newer; the newest found is %s. Install python3.11, then make again."
            % found,
            "Health Cloud 需要 Python 3.11 或更新的版本，这里最新的是 %s。请安装 python3.11，再运行一次 make。" % found,
        )


def require_writable():
    """Make sure that this folder, and what lies in it, can be written by this user."""
    for path in (ROOT, CACHE, VENV):
        try:
            if path == CACHE and not os.path.isdir(path):
                os.makedirs(path)
            if os.path.isdir(path):
                probe = os.path.join(path, ".write-probe-%d" % os.getpid())
                with open(probe, "w"):
                    pass
                os.remove(probe)
        except OSError as problem:
            fail(
                "%s cannot be written (%s), and something has to be installed there: copy the folder to one of your own, "
                "or give it to this user (chown -R), then make again." % (path, problem.strerror),
                "%s 不能写入（%s），而那里还要安装东西：请把整个文件夹复制到您自己的目录，或用 chown -R 交给当前用户，再运行一次 make。"
                % (path, problem.strerror),
            )


@contextlib.contextmanager
def alone():
    """Let one make at a time install here; a killed one's lock is gone once its pip is gone too."""
    try:
        import fcntl
    except ImportError:
        yield None
        return
    with open(os.path.join(CACHE, "environment.lock"), "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Another make is installing here; waiting for it ...")
            sys.stdout.flush()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def works():
    """Tell whether `.venv` is whole: its Python starts, is itself, is new enough, has pip, and nothing was cut off."""
    if os.path.exists(HALF) or moved():
        return False
    ask = (
        "import os, sys, pip; sys.exit(not (sys.version_info >= (3, 11) and os.path.samefile(sys.prefix, sys.argv[1])))"
    )
    return answers([PYTHON, "-c", ask, VENV])


def answers(words):
    try:
        return subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def moved():
    """Tell whether `.venv` was made in another folder: its commands would run what lies there."""
    try:
        with open(os.path.join(VENV, "bin", "pip"), "rb") as file:
            head = file.read(2000).decode("utf-8", "replace")
    except OSError:
        return True
    made = re.search(r"(/[^\n\"']*)/bin/python", head)
    return made is None or os.path.realpath(made.group(1)) != os.path.realpath(VENV)


def make_venv():
    if works():
        return
    print("Making .venv ...")
    sys.stdout.flush()
    if os.path.islink(VENV):
        os.unlink(VENV)
    shutil.rmtree(VENV, ignore_errors=True)
    if os.path.exists(VENV):
        fail(
            "%s is broken and cannot be removed by this user: remove it (rm -rf .venv), then make again." % VENV,
            "%s 已损坏，当前用户又删不掉：请先删除它（rm -rf .venv），再运行一次 make。" % VENV,
        )
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode != 0 or not works():
        told = made.stdout + made.stderr
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in told:
            fail(
                "Python has no venv here: install it (on Debian and Ubuntu: apt install python3-venv), then make again.",
                "这里的 Python 没有 venv：请先安装（Debian 和 Ubuntu：apt install python3-venv），再运行一次 make。",
            )
        fail("No virtual environment could be made: %s" % last_line(told), "虚拟环境没有建成：%s" % last_line(told))


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "-"


def digest_of(name):
    with open(os.path.join(ROOT, name), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def installed(name):
    """Tell whether exactly this lock file was installed to the end."""
    try:
        with open(os.path.join(VENV, name + ".sha256")) as file:
            return file.read() == digest_of(name)
    except OSError:
        return False


def install(name, lock):
    if installed(name):
        return
    digest = digest_of(name)
    path = os.path.join(ROOT, name)
    with open(path, "rb") as file:
        total = len([line for line in file.read().decode().splitlines() if "==" in line])
    print("Installing %d packages of %s ..." % (total, name))
    sys.stdout.flush()
    log = list(run_pip(["-r", path], total, lock))
    if log.pop() != 0:
        refuse(log)
    with open(os.path.join(VENV, name + ".sha256"), "w") as file:
        file.write(digest)
    if os.path.exists(HALF):
        os.remove(HALF)


def run_pip(words, total, lock):
    """Yield what pip says, a line at a time, and its exit code last."""
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--root-user-action=ignore")
    held = [lock.fileno()] if lock else []  # a pip whose make was killed keeps the next one waiting
    process = subprocess.Popen(
        command + words, cwd=ROOT, env=dict(os.environ, PIP_USER="0", PYTHONUNBUFFERED="1"), pass_fds=held,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )  # fmt: skip
    seen = set()
    for line in process.stdout:
        yield line
        found = re.match(r"(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9_.\-]+)", line)
        if found and found.group(1) not in seen:
            seen.add(found.group(1))
            if len(seen) % 10 == 0:
                print("  %d of about %d" % (len(seen), total))
        elif line.startswith("Installing collected"):
            with open(HALF, "w"):
                pass
            print("  unpacking")
        elif "Retrying" in line and "after connection broken" in line and "quiet" not in seen:
            seen.add("quiet")
            print("  the package registry does not answer, trying again")
        sys.stdout.flush()
    yield process.wait()


def refuse(log):
    """Say why packages could not be installed."""
    text = "".join(log)
    with open(LOG, "w") as file:
        file.write(text)
    if any(mark in text for mark in NETWORK):
        fail(
            "The package registry does not answer: is this machine on the network? (all of it in .cache/install.log)",
            "软件包仓库没有回应：这台机器联网了吗？（全文见 .cache/install.log）",
        )
    if "No space left on device" in text:
        fail("The disk is full: make room (about 2 GB), then make again.", "磁盘已满：请腾出约 2 GB，再运行一次 make。")
    reason = last_line("".join(line for line in log if "ERROR" in line) or text)
    fail(
        "Packages could not be installed: %s (all of it in .cache/install.log)" % reason,
        "软件包没有装成：%s（全文见 .cache/install.log）" % reason,
    )


def system_browser(names=CHROMIUM):
    """Return the path of the system's Chromium that starts, None when there is none.

    Some systems have one by name that only says where to get it.
    """
    for name in names:
        path = shutil.which(name)
        if path and answers([path, "--version"]):
            return path
    return None


def own_browser():
    """Tell whether Playwright's own Chromium is there and starts."""
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: p.chromium.launch(args=['--no-sandbox']).close()"
    return answers([PYTHON, "-c", ask])


def find_browser():
    """Make sure of a Chromium for the tests: the system's, else Playwright's own, else by apt as root, else fetched."""
    if system_browser() or own_browser():
        return
    print("Installing Chromium for the tests ...")
    sys.stdout.flush()
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        asked = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        subprocess.run(["apt-get", "update"], env=asked, **quiet)
        for package in ("chromium", SHELL):  # older systems do not have the second, which is only faster
            words = ["apt-get", "install", "-y", "--no-install-recommends", package, "fonts-noto-cjk"]
            subprocess.run(words, env=asked, **quiet)
        if system_browser():
            return
    subprocess.run(
        [PYTHON, "-m", "playwright", "install", "chromium"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    if not own_browser():
        fail(
            "The tests need Chromium, and none could be installed: install the package chromium of your system, then "
            "make test again.",
            "测试需要 Chromium，而这里没有装成：请安装系统的 chromium 软件包，再运行一次 make test。",
        )


def main():
    require_python()
    names = ["requirements.txt"] + (["requirements-dev.txt"] if "--dev" in sys.argv else [])
    if not (works() and all(installed(name) for name in names)):
        require_writable()
        with alone() as lock:
            make_venv()
            for name in names:
                install(name, lock)
    if "--browser" in sys.argv:
        find_browser()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped; the next make goes on from here.\n已中止，下次 make 会接着做。\n")
        sys.exit(130)
    except OSError as problem:
        fail(
            "%s: %s." % (problem.filename or "The system", problem.strerror),
            "%s：%s。" % (problem.filename or "系统", problem.strerror),
        )
