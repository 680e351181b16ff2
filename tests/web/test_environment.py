"""Making `.venv` under odd conditions: a small product with one package of its own, installed without a network."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "environment.py"
UNREACHABLE = "--index-url http://127.0.0.1:9/simple\nanother==1.0\n"


def product(folder: Path) -> Path:
    folder.mkdir(parents=True)
    shutil.copy(SOURCE, folder)
    (folder / "requirements.txt").write_text("--no-index\n--find-links wheels\nthing==1.0\n")
    (folder / "requirements-dev.txt").write_text("--no-index\n--find-links wheels\nthing==1.0\n")
    (folder / "wheels").mkdir()
    about = "thing-1.0.dist-info"
    with zipfile.ZipFile(folder / "wheels" / "thing-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("thing.py", "HERE = True\n")
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n")
        wheel.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{about}/RECORD", "")
    return folder


def make(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run as make does; pip looks at nothing that this machine is set up with."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return subprocess.run(
        [sys.executable, "environment.py", *words],
        cwd=folder,
        env=clean | {"PIP_CONFIG_FILE": os.devnull} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def has_thing(folder: Path) -> bool:
    ask = [folder / ".venv" / "bin" / "python", "-c", "import thing"]
    return subprocess.run(ask, cwd=folder, capture_output=True, check=False).returncode == 0


def refused(answer: subprocess.CompletedProcess[str]) -> str:
    """Expect a refusal as it has to be: one sentence, in English and in Chinese, and no traceback."""
    lines = answer.stderr.splitlines()
    assert answer.returncode == 1
    assert len(lines) == 2, answer.stderr
    assert lines[0].isascii()
    assert not lines[1].isascii()
    return lines[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = product(tmp_path_factory.mktemp("made") / "product")
    answer = make(folder)
    assert answer.returncode == 0, answer.stderr
    assert "Making .venv" in answer.stdout
    assert has_thing(folder)
    return folder


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """The module itself, in a folder of its own, for what can be shown without making anything."""
    folder = product(tmp_path / "product")
    spec = importlib.util.spec_from_file_location("environment_here", folder / "environment.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (folder / ".cache").mkdir()
    monkeypatch.setattr(sys, "argv", ["environment.py"])
    return module


def said(capsys) -> tuple[str, str]:
    english, chinese = capsys.readouterr().err.splitlines()
    assert not chinese.isascii()
    return english, chinese


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.lstat().st_mtime_ns, path.lstat().st_size)
        for path in folder.rglob("*")
        if "__pycache__" not in path.parts
    }


def test_what_is_whole_is_left_alone(made):
    """So a folder that this user may not write, and a machine without a network, still start."""
    before = snapshot(made)
    answer = make(made)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
    assert snapshot(made) == before


def test_no_network_is_said_and_what_is_there_still_starts(made):
    lock = made / "requirements-dev.txt"
    before = lock.read_text()
    lock.write_text(UNREACHABLE)
    answer = make(made, "--dev", PIP_RETRIES="1")
    lock.write_text(before)
    assert "registry does not answer" in refused(answer)
    assert (made / ".cache" / "install.log").stat().st_size > 0
    again = make(made)
    assert (again.returncode, again.stdout) == (0, "")


def test_a_package_that_does_not_exist_is_named(made):
    lock = made / "requirements-dev.txt"
    before = lock.read_text()
    lock.write_text("--no-index\nnowhere==1.0\n")
    answer = make(made, "--dev")
    lock.write_text(before)
    assert "nowhere==1.0" in refused(answer)


@pytest.mark.slow
def test_cut_off_while_unpacking_is_made_anew(made):
    (made / ".venv" / "unpacking").touch()
    (made / ".venv" / "lib" / "left-over").touch()
    answer = make(made)
    assert answer.returncode == 0
    assert "Making .venv" in answer.stdout
    assert not (made / ".venv" / "lib" / "left-over").exists()
    assert not (made / ".venv" / "unpacking").exists()
    assert has_thing(made)


def test_a_venv_of_another_folder_is_not_whole(made, environment):
    """Its commands would run what lies there."""
    shutil.copytree(made / ".venv", environment.VENV, symlinks=True)
    assert not environment.works()
    pip = Path(environment.VENV) / "bin" / "pip"
    pip.write_text(pip.read_text().replace(str(made), environment.ROOT))
    assert environment.works()


def test_two_at_once_take_turns(made):
    (made / ".venv" / "requirements.txt.sha256").unlink()
    both = [
        subprocess.Popen([sys.executable, "environment.py"], cwd=made, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(2)
    ]
    told = [each.communicate()[0].decode() for each in both]
    assert [each.returncode for each in both] == [0, 0], told
    assert sum("Installing" in each for each in told) == 1
    assert has_thing(made)


@pytest.mark.parametrize("python", ["#!/bin/sh\nexit 1\n", "no program at all", None])
def test_a_python_that_does_not_start_is_not_whole(made, tmp_path, environment, python):
    venv = Path(environment.VENV)
    shutil.copytree(made / ".venv" / "bin", venv / "bin", symlinks=True)
    pip = venv / "bin" / "pip"
    pip.write_text(pip.read_text().replace(str(made), environment.ROOT))
    assert not environment.moved()
    for name in ("python", "python3", Path(sys.executable).resolve().name):
        (venv / "bin" / name).unlink(missing_ok=True)
    if python is None:
        (venv / "bin" / "python").symlink_to(tmp_path / "python-that-is-gone")
    else:
        (venv / "bin" / "python").write_text(python)
        (venv / "bin" / "python").chmod(0o755)
    assert not environment.works()


@pytest.mark.parametrize(("unpacks", "left"), [(True, True), (False, False)])
def test_only_an_unpacking_that_failed_spoils_what_is_there(environment, capsys, unpacks, left):
    python = Path(environment.PYTHON)
    python.parent.mkdir(parents=True)
    word = "Installing collected packages: thing" if unpacks else "Collecting thing"
    python.write_text(f"#!/bin/sh\necho '{word}'\necho 'ERROR: [Errno 28] No space left on device'\nexit 1\n")
    python.chmod(0o755)
    with pytest.raises(SystemExit):
        environment.install("requirements.txt", None)
    assert Path(environment.HALF).exists() == left
    assert not environment.installed("requirements.txt")
    assert "disk is full" in said(capsys)[0]


def test_a_changed_lock_file_is_installed_again(made, environment):
    shutil.copytree(made / ".venv", environment.VENV, symlinks=True)
    assert environment.installed("requirements.txt")
    with (Path(environment.ROOT) / "requirements.txt").open("a") as file:
        file.write("# another\n")
    assert not environment.installed("requirements.txt")


def test_a_folder_that_cannot_be_written_is_named(environment, capsys, monkeypatch):
    monkeypatch.setattr(environment, "ROOT", "/proc")  # not even root can write there
    monkeypatch.setattr(environment, "VENV", "/proc/.venv")
    monkeypatch.setattr(environment, "CACHE", "/proc/.cache")
    with pytest.raises(SystemExit) as stopped:
        environment.main()
    assert stopped.value.code == 1
    assert said(capsys)[0].startswith("/proc cannot be written")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_folder_of_somebody_else_is_named(tmp_path):
    folder = product(tmp_path / "product")
    folder.chmod(0o555)
    answer = make(folder)
    folder.chmod(0o755)
    assert f"{folder} cannot be written" in refused(answer)


def test_a_python_without_venv_says_what_to_install(environment, capsys, monkeypatch, tmp_path):
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\nmkdir -p "$3/bin"\necho "ensurepip is not available" >&2\nexit 1\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(SystemExit):
        environment.make_venv()
    assert "python3-venv" in said(capsys)[0]
    assert not Path(environment.VENV).exists()


def test_an_old_python_gets_a_clear_word(environment, capsys, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SystemExit) as stopped:
        environment.main()
    assert stopped.value.code == 1
    assert "needs Python 3.11 or newer; the newest found is 3.9" in said(capsys)[0]


def test_an_old_python_can_read_it():
    ast.parse(SOURCE.read_text(), feature_version=(3, 4))


def test_ctrl_c_is_no_traceback(tmp_path):
    folder = product(tmp_path / "product")
    begin = "import runpy, signal\nsignal.signal(2, signal.default_int_handler)\n"
    begin += "runpy.run_path('environment.py', run_name='__main__')"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    started = subprocess.Popen([sys.executable, "-c", begin], cwd=folder, text=True, **pipes)
    assert "Making .venv" in started.stdout.readline()
    started.send_signal(2)
    _, told = started.communicate()
    assert started.returncode == 130
    assert "Traceback" not in told


class Machine:
    """What a machine has of Chromium, and what was tried on it."""

    def __init__(self, environment, monkeypatch, *, root: bool, apt: bool) -> None:
        self.tried: list[str] = []
        self.comes_by = ""
        self.system = self.own = False
        monkeypatch.setattr(environment, "system_browser", lambda: "/usr/bin/chromium" if self.system else None)
        monkeypatch.setattr(environment, "own_browser", lambda: self.own)
        monkeypatch.setattr(environment.os, "geteuid", lambda: 0 if root else 1000)
        monkeypatch.setattr(environment.shutil, "which", lambda name: f"/usr/bin/{name}" if apt else None)
        monkeypatch.setattr(environment.subprocess, "run", self.run)

    def run(self, words, **_options) -> subprocess.CompletedProcess[str]:
        name = "playwright" if "playwright" in words else words[-2] if "install" in words else "update"
        self.tried.append(name)
        self.system = self.system or name == self.comes_by
        self.own = self.own or (name == "playwright" and self.comes_by == "playwright")
        return subprocess.CompletedProcess(words, 0)


@pytest.mark.parametrize("has", ["system", "own"])
def test_a_browser_that_is_there_is_taken(environment, monkeypatch, has):
    machine = Machine(environment, monkeypatch, root=True, apt=True)
    setattr(machine, has, True)
    environment.find_browser()
    assert machine.tried == []


@pytest.mark.parametrize(
    ("root", "apt", "comes_by", "tried"),
    [
        (True, True, "chromium", ["update", "chromium", "chromium-headless-shell"]),
        (True, True, "playwright", ["update", "chromium", "chromium-headless-shell", "playwright"]),
        (True, False, "playwright", ["playwright"]),
        (False, True, "playwright", ["playwright"]),
    ],
)
def test_a_browser_is_fetched(environment, monkeypatch, root, apt, comes_by, tried):
    machine = Machine(environment, monkeypatch, root=root, apt=apt)
    machine.comes_by = comes_by
    environment.find_browser()
    assert machine.tried == tried


def test_no_browser_at_all_is_a_failure_that_says_what_to_install(environment, monkeypatch, capsys):
    machine = Machine(environment, monkeypatch, root=True, apt=True)
    with pytest.raises(SystemExit) as stopped:
        environment.find_browser()
    assert stopped.value.code == 1
    assert machine.tried[-1] == "playwright"
    assert "install the package chromium" in said(capsys)[0]


def test_a_browser_by_name_only_is_passed_over(environment, monkeypatch, tmp_path):
    for name, code in (("chromium-browser", 1), ("google-chrome", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert environment.system_browser() == str(tmp_path / "google-chrome")


def test_no_python_at_all_is_said_by_make():
    answer = subprocess.run(
        ["make", "--no-print-directory", "run", "PYTHON=", "ANY="],
        cwd=SOURCE.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 2
    assert answer.stderr.startswith("Health Cloud needs Python 3.11 or newer, and there is no Python here")
