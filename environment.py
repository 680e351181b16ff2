"""Makes `.venv` with everything the product needs; says in one sentence what stands in the way.

Runs on whatever Python there is, so that a too old one gets a clear word: keep the syntax plain.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOG = os.path.join(ROOT, ".cache", "install.log")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NETWORK = ("NewConnectionError", "Temporary failure in name resolution", "Max retries", "ConnectTimeout", "Network is unreachable", "Connection refused", "Could not fetch")


def fail(sentence):
    sys.stderr.write(sentence + "\n")
    sys.exit(1)


def require_python():
    if sys.version_info < (3, 11):
        fail(
            "Health Cloud needs Python 3.11 or newer; the newest found is %d.%d. Install python3.11, then make again."
            % sys.version_info[:2]
        )


def require_writable():
    if not os.access(ROOT, os.W_OK):
        fail("This folder cannot be written by you: %s. Copy it to one of your own, then make again." % ROOT)
    probe = os.path.join(ROOT, ".write-probe")
    try:
        with open(probe, "w"):
            pass
        os.remove(probe)
        os.makedirs(os.path.dirname(LOG), exist_ok=True)
    except OSError as problem:
        fail("This folder cannot be written: %s (%s)." % (ROOT, problem.strerror))


def works():
    """Tell whether `.venv` is whole: its Python starts, is itself, is new enough and has pip."""
    question = "import sys, pip; print(sys.prefix, sys.version_info >= (3, 11))"
    try:
        answer = subprocess.run([PYTHON, "-c", question], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    prefix, _, new = answer.stdout.strip().rpartition(" ")
    return answer.returncode == 0 and new == "True" and os.path.realpath(prefix) == os.path.realpath(VENV)


def make_venv():
    if works():
        return
    print("Making .venv ...")
    if os.path.islink(VENV):
        os.unlink(VENV)
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode != 0 or not works():
        if "ensurepip" in made.stdout + made.stderr:
            fail("Python has no venv here: install it (on Debian and Ubuntu: apt install python3-venv), then make again.")
        fail("No virtual environment could be made: %s" % last_line(made.stdout + made.stderr))


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no word"


def install(name):
    """Install one lock file, unless exactly it was installed to the end before."""
    path = os.path.join(ROOT, name)
    with open(path, "rb") as file:
        content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    stamp = os.path.join(VENV, name + ".sha256")
    if os.path.exists(stamp):
        with open(stamp) as file:
            if file.read() == digest:
                return
    total = len([line for line in content.decode().splitlines() if "==" in line])
    print("Installing %d packages of %s ..." % (total, name))
    words = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off", "-r", path]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.insert(4, "--root-user-action=ignore")
    log = []
    seen = set()
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in process.stdout:
        log.append(line)
        found = re.match(r"(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9_.\-]+)", line)
        if found and found.group(1) not in seen:
            seen.add(found.group(1))
            if len(seen) % 10 == 0:
                print("  %d of about %d" % (len(seen), total))
                sys.stdout.flush()
        elif line.startswith("Installing collected"):
            print("  unpacking")
            sys.stdout.flush()
    if process.wait() != 0:
        text = "".join(log)
        with open(LOG, "w") as file:
            file.write(text)
        if any(mark in text for mark in NETWORK):
            fail("The package registry does not answer: is this machine on the network? (all of it in .cache/install.log)")
        errors = [line for line in log if "ERROR" in line]
        fail("Packages could not be installed: %s (all of it in .cache/install.log)" % last_line("".join(errors) or text))
    with open(stamp, "w") as file:
        file.write(digest)


def find_browser():
    """Make sure of a Chromium for the tests: the system's, else apt as root, else Playwright's own."""
    if any(shutil.which(name) for name in CHROMIUM):
        return
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    answer = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True)
    if os.path.exists(answer.stdout.strip()):
        return
    print("Installing Chromium for the tests ...")
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"], **quiet)
        if shutil.which("chromium"):
            return
    if subprocess.run([PYTHON, "-m", "playwright", "install", "chromium"], stdout=subprocess.DEVNULL).returncode != 0:
        fail("The journeys need Chromium: install the package chromium of your system, then make test again.")


def main():
    require_python()
    require_writable()
    make_venv()
    install("requirements.txt")
    if "--dev" in sys.argv:
        install("requirements-dev.txt")
    if "--browser" in sys.argv:
        find_browser()


if __name__ == "__main__":
    main()
