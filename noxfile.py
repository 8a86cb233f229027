# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "jinja2>=3.1",
#     "nox>=2026.10",
#     "numpy>=1.26",
#     "packaging>=24.0",
#     "pandas>=2.2",
#     "pyarrow>=17.0",
#     "pyyaml>=6.0",
#     "rich>=13.7",
#     "scipy>=1.14",
#     "tabulate>=0.9",
#     "uv>=0.9",
#     "vl-convert-python>=1.9",
# ]
# ///
"""Everything a person does with maskmatrix is a session of this file; nox alone must be installed.

The block above is the controller's environment: nox builds it and starts itself again in it. Each
release has an environment of its own, made by uv from its lock and kept between runs.

Over 300 lines, since nox looks for sessions in this one file; each of them is thin.
"""

import os
import shutil
import sys
from itertools import pairwise
from pathlib import Path

import nox

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT))

from harness.errors import (  # noqa: E402 - the folder must be on the path first
    EnvironmentBuildError,
    ExitCode,
    MaskmatrixError,
    UsageError,
)
from harness.model import Release, Status  # noqa: E402
from harness.releases.builds import Build, write_build  # noqa: E402
from harness.releases.catalogue import (  # noqa: E402
    find_release,
    load_catalogue,
    tagged_releases,
)
from harness.releases.environment import (  # noqa: E402
    create_environment,
    download_interpreter,
    install_lock,
    require_space,
)
from harness.releases.interpreters import find_interpreter  # noqa: E402
from harness.releases.lock import lock_sha256, verify_lock  # noqa: E402

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "uv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["tests", "lint"]

BUILDS = ROOT / ".nox" / "maskmatrix"
INTERRUPT_S = 10.0
NO_THROUGHPUT = "--no-throughput"
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
"""What a browser may be called that the tests of the page can drive."""
CHOSEN: list[str] = []
"""The releases of this call of nox, in their order."""
OUTCOME: list[int] = []
"""What the sessions so far ended with; the last one, the report, passes the gravest on."""


def _parameters() -> list[nox.param]:
    """Return a session for each release; one without an interpreter has no environment of nox."""
    try:
        catalogue = load_catalogue()
        _check_names(catalogue)
    except MaskmatrixError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    return [
        nox.param(
            str(python) if (python := find_interpreter(release.python)) else False,
            release,
            id=release.id,
            tags=list(release.tags),
        )
        for release in catalogue
    ]


def _check_names(catalogue: tuple[Release, ...]) -> None:
    """Suggest the nearest release or tag where nox would only say that there is no such session."""
    words = sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
    for before, word in pairwise(words):
        if before in {"-t", "--tags"}:
            tagged_releases(catalogue, word)
    for word in words:
        name = word.removeprefix("matrix(").removesuffix(")")
        if word == f"matrix({name})" and name not in {release.id for release in catalogue}:
            meant = find_release(catalogue, name)
            raise UsageError(f"{name!r} is no id", do=f'nox -s "matrix({meant.id})"')


def _harness(session: nox.Session, verb: str, *words: str) -> int:
    """Run a verb in the controller's environment; return its exit code."""
    try:
        # nox would kill an interrupted run after 0.5 s, before it has said what is stored.
        command = [sys.executable, "-m", "harness", verb, *words]
        session.run(*command, external=True, interrupt_timeout=INTERRUPT_S)
    except nox.command.CommandFailed as failure:
        return failure.return_code or ExitCode.INTERNAL
    return ExitCode.OK


@nox.session(default=False)
@nox.parametrize("python,release", _parameters())
def matrix(session: nox.Session, release: Release) -> None:
    """Install a release from its lock; then measure, then report. Options go to measure."""
    if not CHOSEN and not OUTCOME:
        _announce(session, release)
    try:
        write_build(BUILDS, _build(session, release))
    except MaskmatrixError as error:
        session.warn(str(error))
        OUTCOME.append(error.exit_code)
    else:
        CHOSEN.append(release.id)
    session.notify("measure")


def _announce(session: nox.Session, release: Release) -> None:
    """Say what the chosen releases take on the disk, and stop here if that cannot fit."""
    # nox has no public word for what is still to run; the session that runs is no longer queued.
    queue = session._runner.manifest.list_all_sessions()  # noqa: SLF001
    waiting = [runner for runner, queued in queue if queued and runner.name == "matrix"]
    names = [runner.friendly_name.removeprefix("matrix(")[:-1] for runner in waiting]
    new = [name for name in (release.id, *names) if not (BUILDS / f"{name}.json").exists()]
    try:
        session.log(require_space(ROOT, len(new)))
    except MaskmatrixError as error:
        session.warn(str(error))
        sys.exit(error.exit_code)


def _build(session: nox.Session, release: Release) -> Build:
    """Install a release; one that cannot be is a stated outcome, and the others go on."""
    lock = verify_lock(release)
    sha256 = lock_sha256(lock)
    try:
        python = Path(session.bin, "python") if session.python else _make_environment(release)
        install_lock(python, lock)
    except EnvironmentBuildError as error:
        session.warn(str(error))
        absent = Status.NOT_INSTALLABLE if session.python else Status.NO_INTERPRETER
        return Build(release=release.id, lock_sha256=sha256, absent=absent, reason=error.why)
    return Build(release=release.id, lock_sha256=sha256, python=python)


def _make_environment(release: Release) -> Path:
    """Fetch the interpreter that was missing when nox looked, and make the environment with it."""
    folder = ROOT / ".nox" / f"fetched-{release.id}"
    return create_environment(folder, download_interpreter(release.python))


@nox.session(python=False, default=False)
def measure(session: nox.Session) -> None:
    """Measure what is not stored yet, in the releases just installed or in all that are."""
    # None of those asked for could be prepared: no reason to measure all the others.
    if OUTCOME and not CHOSEN:
        sys.exit(max(OUTCOME))
    words = _from_where_nox_was_called(session)
    outcome = _harness(session, "measure", *CHOSEN, *words)
    if outcome not in {ExitCode.OK, ExitCode.ENVIRONMENT}:
        sys.exit(outcome)
    OUTCOME.append(outcome)
    # Timings take a quarter of an hour: they belong to the whole catalogue, not to a quick look.
    if len(CHOSEN) == len(load_catalogue()) and NO_THROUGHPUT not in session.posargs:
        OUTCOME.append(
            _harness(session, "throughput", "--unless-timed", *_given(words, "--results"))
        )
    session.notify("report", posargs=_given(words, "--results", "--scenarios"))


@nox.session(python=False, default=False)
def throughput(session: nox.Session) -> None:
    """Time the masked reduction in the releases installed; --releases, --tag, --budget MINUTES."""
    outcome = _harness(session, "throughput", *session.posargs)
    if outcome not in {ExitCode.OK, ExitCode.INCONCLUSIVE}:
        sys.exit(outcome)
    OUTCOME.append(outcome)
    session.notify("report", posargs=_given(session.posargs, "--results"))


def _from_where_nox_was_called(session: nox.Session) -> list[str]:
    """Return what goes to measure: a folder of scenarios means what it means there."""
    return [
        str(Path(session.invoked_from, word)) if before == "--scenarios" else word
        for before, word in zip(["", *session.posargs], session.posargs, strict=False)
        if word != NO_THROUGHPUT
    ]


def _given(words: list[str], *options: str) -> list[str]:
    """Return the options among the words that another verb shares, each with its value."""
    return [
        word
        for position, word in enumerate(words)
        if word.partition("=")[0] in options or words[max(0, position - 1)] in options
    ]


@nox.session(python=False, default=False)
def report(session: nox.Session) -> None:
    """Rebuild every published file from what is stored; --allow-shrink; needs no TensorFlow."""
    own = (
        []
        if _given(session.posargs, "--results", "--scenarios")
        else ["--readme", str(ROOT / "README.md")]
    )
    words = [*own, *session.posargs]
    OUTCOME.append(_harness(session, "report", *words))
    if max(OUTCOME):
        sys.exit(max(OUTCOME))


@nox.session(python=False, default=False)
def check(session: nox.Session) -> None:
    """Tell what an upgrade changes: nox -s check -- --from 2.10.1 --to 2.16.2."""
    # File names mean what they mean where nox was called, which need not be this folder.
    session.chdir(session.invoked_from)
    session.env["PYTHONPATH"] = str(ROOT)
    sys.exit(_harness(session, "check", *session.posargs))


@nox.session(python=False, default=False)
def bisect(session: nox.Session) -> None:
    """Find the release in which an answer changed: nox -s bisect -- QUESTION --from A --to B."""
    # File names mean what they mean where nox was called, which need not be this folder.
    session.chdir(session.invoked_from)
    session.env["PYTHONPATH"] = str(ROOT)
    sys.exit(_harness(session, "bisect", *session.posargs))


@nox.session(python=False, default=False)
def lock(session: nox.Session) -> None:
    """Resolve a release as of its day and write its lock: nox -s lock -- tf-2.10.1."""
    sys.exit(_harness(session, "lock", *session.posargs))


@nox.session
def tests(session: nox.Session) -> None:
    """Run the project's own tests, the last of them on three real releases."""
    session.install("-r", "pyproject.toml", "--group", "test")
    _install_browser(session)
    session.run("python", "-m", "pytest", *session.posargs)


def _install_browser(session: nox.Session) -> None:
    """Fetch a Chromium where none is; without one the tests of the page skip, and say so."""
    if any(map(shutil.which, BROWSERS)):
        return
    apt = shutil.which("apt-get") if os.geteuid() == 0 else None
    commands = (
        [[apt, "update", "-qq"], [apt, "install", "-qqy", "--no-install-recommends", "chromium"]]
        if apt
        else [["playwright", "install", "chromium-headless-shell"]]
    )
    session.log("the tests of the page need a Chromium, and none is on PATH: fetching one")
    try:
        for command in commands:
            session.run(
                *command,
                external=bool(apt),
                silent=True,
                env={"DEBIAN_FRONTEND": "noninteractive"},
            )
    except nox.command.CommandFailed:
        session.warn("no Chromium could be fetched: the tests of the page in a browser skip")


@nox.session(default=False)
def faults(session: nox.Session) -> None:
    """Break whatever may break, at 200 random moments; a quarter of an hour."""
    session.install("-r", "pyproject.toml", "--group", "test")
    session.run(
        "python",
        "-m",
        "pytest",
        "tests/faults",
        *session.posargs,
        env={"MASKMATRIX_FAULTS": "long"},
    )


@nox.session(python=False, default=False)
def bench(session: nox.Session) -> None:
    """Time the scan of code, the report, the reading, and the matrix beside work by hand."""
    for name in session.posargs or ("scan_time", "report_time", "reading_time", "matrix_time"):
        session.run(sys.executable, "-m", f"tests.bench.{name}", external=True)


@nox.session(python=False, default=False)
def calibrate(session: nox.Session) -> None:
    """Say how often the timings call the same different, and find what is planted; 20 minutes."""
    outcome = _harness(session, "calibrate", *session.posargs)
    if outcome:
        sys.exit(outcome)
    session.run(sys.executable, "-m", "tests.bench.noise", external=True)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and types."""
    session.install("-r", "pyproject.toml", "--group", "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")


if __name__ == "__main__":
    nox.main()
