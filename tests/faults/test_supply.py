"""What a release is installed from, and what becomes of it afterwards; the index is our own."""

import functools
import http.server
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from harness.errors import EnvironmentBuildError, ExitCode, UsageError
from harness.model import Status
from harness.releases.builds import Build, write_build
from harness.releases.catalogue import find_release, load_catalogue
from harness.releases.environment import create_environment, install_lock, secure_environment
from harness.releases.lock import find_uv, lock_sha256, verify_lock
from harness.releases.secure import secure_builds
from harness.store import read_observations
from tests.faults.conftest import count
from tests.releases.test_environment import importable, make_wheel, modules, write_lock

MINOR = f"3.{sys.version_info.minor}"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def lock(tmp_path: Path, wheels: Path) -> Path:
    return write_lock(tmp_path, make_wheel(wheels, "one"), make_wheel(wheels, "two"))


@pytest.fixture
def python(tmp_path: Path, lock: Path) -> Path:
    """The Python of an environment that holds the lock, and was found to."""
    python = create_environment(tmp_path / "environment", Path(sys.executable))
    install_lock(python, lock)
    assert secure_environment(python, lock, MINOR) == {}
    return python


def packages(python: Path) -> Path:
    (folder,) = (python.parent.parent / "lib").glob("python*/site-packages")
    return folder


def edit(python: Path) -> None:
    """Write into a file; uv's cache shares it, so that a plain reinstallation would not help."""
    with (packages(python) / "one.py").open("a") as file:
        file.write("ANSWER = 43\n")


def edit_to_the_same_size(python: Path) -> None:
    file = packages(python) / "one.py"
    file.write_text(file.read_text().replace("42", "43"))


def replace(python: Path) -> None:
    file = packages(python) / "one.py"
    file.unlink()
    file.write_text("ANSWER = 43\n")


def remove_a_file(python: Path) -> None:
    (packages(python) / "one.py").unlink()


def remove_a_package(python: Path) -> None:
    (packages(python) / "one.py").unlink()
    shutil.rmtree(packages(python) / "one-1.0.dist-info")


def forget_the_record(python: Path) -> None:
    (packages(python) / "one-1.0.dist-info" / "RECORD").unlink()


def add_a_module(python: Path) -> None:
    (packages(python) / "sitecustomize.py").write_text("import one; one.ANSWER = 43\n")


def add_a_path(python: Path) -> None:
    (packages(python) / "more.pth").write_text("import one; one.ANSWER = 43\n")


def add_a_package(python: Path) -> None:
    folder = packages(python) / "three-1.0.dist-info"
    folder.mkdir()
    (folder / "RECORD").write_text("")


def open_to_the_system(python: Path) -> None:
    file = python.parent.parent / "pyvenv.cfg"
    text = file.read_text()
    assert "include-system-site-packages = false" in text
    file.write_text(text.replace("packages = false", "packages = true"))


def break_off(python: Path) -> None:
    """Leave what an installation leaves that was killed: files without the word that they are."""
    shutil.rmtree(packages(python) / "one-1.0.dist-info")
    shutil.rmtree(packages(python) / "two-1.0.dist-info")
    (python.parent.parent / ".maskmatrix").unlink()


CHANGES = [
    edit,
    edit_to_the_same_size,
    replace,
    remove_a_file,
    remove_a_package,
    forget_the_record,
    add_a_module,
    add_a_path,
    add_a_package,
    open_to_the_system,
    break_off,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_an_environment_that_was_changed_is_made_anew(
    change: Callable[[Path], None], python: Path, lock: Path
) -> None:
    change(python)
    assert secure_environment(python, lock, MINOR)
    assert modules(python) == {"one", "two"}
    assert importable(python, "one")
    assert importable(python, "two")
    assert not (packages(python) / "sitecustomize.py").exists()
    assert "packages = false" in (python.parent.parent / "pyvenv.cfg").read_text()
    assert secure_environment(python, lock, MINOR) == {}
    count("environments changed after their installation")


def test_an_environment_that_was_used_counts_as_unchanged(python: Path, lock: Path) -> None:
    assert importable(python, "one")  # which compiles it
    module = packages(python) / "one.py"
    subprocess.run([python, "-c", "import one"], check=True)
    assert (module.parent / "__pycache__").is_dir()
    before = module.stat().st_ino
    assert secure_environment(python, lock, MINOR) == {}
    assert module.stat().st_ino == before


def test_an_environment_whose_python_is_gone_is_made_anew(python: Path, lock: Path) -> None:
    for name in list(python.parent.iterdir()):
        name.unlink()
    (python.parent.parent / ".maskmatrix").unlink()
    (packages(python) / "one.py").unlink()
    assert "one" in secure_environment(python, lock, MINOR)
    assert importable(python, "one")


def test_another_wheel_under_the_same_name_is_refused(
    tmp_path: Path, wheels: Path, python: Path, lock: Path
) -> None:
    """What the index offers has changed since the lock was written."""
    edit(python)
    shutil.rmtree(tmp_path / "cache")
    wheel = wheels / "one-1.0-py3-none-any.whl"
    wheel.write_bytes(wheel.read_bytes() + b"\0")
    with pytest.raises(EnvironmentBuildError) as caught:
        secure_environment(python, lock, MINOR)
    assert "hash" in caught.value.why.lower()


@contextmanager
def index(folder: Path) -> Iterator[str]:
    """Serve wheels as an index does (PEP 503), until the network is gone."""
    simple = folder / "simple"
    for wheel in folder.glob("*.whl"):
        page = simple / wheel.name.partition("-")[0]
        page.mkdir(parents=True, exist_ok=True)
        (page / "index.html").write_text(f'<a href="/{wheel.name}">{wheel.name}</a>')

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/simple"
        finally:
            server.shutdown()
            thread.join()


def use(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    for name in ("UV_NO_INDEX", "UV_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UV_DEFAULT_INDEX", address)
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_without_a_network_a_warm_cache_is_enough(
    tmp_path: Path, wheels: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = create_environment(tmp_path / "environment", Path(sys.executable))
    with index(wheels) as address:
        use(monkeypatch, address)
        install_lock(python, lock)
    assert secure_environment(python, lock, MINOR) == {}
    remove_a_package(python)
    assert "one" in secure_environment(python, lock, MINOR)
    assert importable(python, "one")
    # And for a new environment.
    other = create_environment(tmp_path / "other", Path(sys.executable))
    install_lock(other, lock)
    assert importable(other, "two")


def test_without_network_and_cache_a_changed_environment_is_said_not_measured(
    python: Path, lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(python)
    shutil.rmtree(tmp_path / "cache")
    use(monkeypatch, "http://127.0.0.1:9/simple")
    with pytest.raises(EnvironmentBuildError) as caught:
        secure_environment(python, lock, MINOR)
    assert caught.value.exit_code == ExitCode.ENVIRONMENT
    assert caught.value.why
    assert "127.0.0.1" not in str(caught.value)


def test_a_release_that_can_not_be_made_whole_ends_with_5_and_is_stored_as_such(
    tmp_path: Path, wheels: Path
) -> None:
    release = find_release(load_catalogue(), "2.10.1")
    python = create_environment(tmp_path / "environment", Path(sys.executable))
    lock = lock_sha256(verify_lock(release))
    builds, results = tmp_path / "builds", tmp_path / "results"
    write_build(builds, Build(release=release.id, lock_sha256=lock, python=python))
    words = ["measure", "--scenario", "batches", "--builds", builds, "--results", results]
    done = subprocess.run(
        [sys.executable, "-m", "harness", *map(str, words)],
        cwd=ROOT,
        env=os.environ | {"UV_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.ENVIRONMENT, done.stdout + done.stderr
    assert f"{release.id}: not_installable: " in done.stderr
    assert "Traceback" not in done.stderr
    assert {seen.status for seen in read_observations(results / "observations")} == {
        Status.NOT_INSTALLABLE
    }


def test_an_interrupt_while_an_environment_is_read_ends_at_once(
    tmp_path: Path, python: Path, lock: Path
) -> None:
    """The file is of no bytes on the disk, and would take an hour to read."""
    with (packages(python) / "endless.bin").open("wb") as file:
        file.truncate(4 * 10**12)
    (record,) = packages(python).glob("one-*.dist-info/RECORD")
    with record.open("a") as file:
        file.write(f"endless.bin,sha256={'A' * 43},{4 * 10**12}\n")
    code = (
        "import sys; from pathlib import Path\n"
        "from harness.releases import secure\n"
        "from harness.releases.builds import Build\n"
        "from harness.releases.catalogue import find_release, load_catalogue\n"
        "from harness.releases.lock import lock_sha256\n"
        "python, lock = map(Path, sys.argv[1:])\n"
        "secure.verify_lock = lambda _: lock\n"
        "release = find_release(load_catalogue(), '2.10.1')\n"
        "build = Build(release=release.id, lock_sha256=lock_sha256(lock), python=python)\n"
        "print('reading', flush=True)\n"
        "secure.secure_builds([(release, build)] * 4, 2, print)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, python, lock],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout
        assert reader.stdout.readline() == "reading\n"
        while reader.poll() is None and "endless.bin" not in open_files(reader.pid):
            time.sleep(0.01)
        reader.send_signal(signal.SIGINT)
        try:
            _, said = reader.communicate(timeout=30)
        finally:
            reader.kill()
    assert said.splitlines()[-1] == "KeyboardInterrupt"
    assert importable(python, "one")


def open_files(process: int) -> set[str]:
    """Return the names of the files that a process holds open; they come and go."""
    names = set()
    for one in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):
            names.add(one.readlink().name)
    return names


def test_a_lock_that_is_newer_than_the_environment_asks_for_an_installation(
    tmp_path: Path, wheels: Path
) -> None:
    release = find_release(load_catalogue(), "2.10.1")
    python = create_environment(tmp_path / "environment", Path(sys.executable))
    build = Build(release=release.id, lock_sha256="0" * 64, python=python)
    with pytest.raises(UsageError, match="another than the one it was installed from") as caught:
        secure_builds([(release, build)], 1, print)
    assert f'nox -s "matrix({release.id})"' in caught.value.do


def test_uv_is_the_one_that_came_with_us() -> None:
    assert Path(find_uv()).exists()
