"""The house: imports run towards the ground, and what is heavy is brought in by one room only."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from harness import errors
from harness.__main__ import VERBS
from harness.errors import ExitCode, MaskmatrixError

ROOT = Path(__file__).parents[1]
WORKER = ROOT / "harness" / "measure" / "worker"
FLOORS = (
    {"harness.visible"},
    {"harness", "harness.errors", "harness.model", "harness.names"},
    {"harness.files", "harness.questions", "harness.releases", "harness.judge", "harness.summary"},
    {"harness.sessions", "harness.store"},
    {"harness.newest"},
    {"harness.measure", "harness.publish"},
    {"harness.upgrade"},
    {"harness.commands"},
    {"harness.__main__"},
)
"""From the ground up. A room imports from lower floors and from its own wing, never across."""
STATISTICS = {
    f"judge/{name}.py"
    for name in (
        "blocks",
        "calibration",
        "change_points",
        "common_rules",
        "discoveries",
        "evidence",
        "processes",
        "recorded",
        "replay",
        "sequential",
        "speed",
    )
}
VERSIONS = {
    f"upgrade/{name}.py"
    for name in (
        "asks",
        "matching",
        "pins/conda",
        "pins/locks",
        "pins/pin",
        "pins/pyproject",
        "pins/ranges",
        "policy",
        "unmeasured",
        "versions",
    )
}
CHECKING = VERSIONS | {
    f"upgrade/{name}.py"
    for name in (
        "again",
        "check",
        "concerning",
        "effects",
        "formats",
        "gravity",
        "pins/requirements",
        "record",
        "render_github",
        "render_json",
        "render_markdown",
        "render_sarif",
        "render_text",
        "sightings",
        "speeds",
        "verdict",
        "ways",
        "words",
    )
}
"""From the record to the words: all of ``check`` but its edge."""
ONLY_IN = {
    "jinja2": {"publish/page/render.py"},
    "numpy": STATISTICS,
    "packaging": {
        "judge/attribution.py",
        "questions.py",
        "releases/index.py",
        "releases/index_page.py",
        "releases/installed.py",
        "releases/layer.py",
        "releases/published.py",
        "upgrade/line.py",
    }
    | VERSIONS,
    "pandas": {"publish/report.py"},
    "pyarrow": {"newest.py", "store.py", "summary.py"},
    "rich": {"measure/progress.py", "upgrade/terminal.py"},
    "scipy": STATISTICS
    - {
        "judge/blocks.py",
        "judge/discoveries.py",
        "judge/processes.py",
        "judge/recorded.py",
        "judge/replay.py",
    },
    "tabulate": {"publish/text.py"},
    "uv": {"releases/lock.py"},
    "vl_convert": {"publish/svg.py"},
    "yaml": {"upgrade/pins/conda.py"},
}
PURE = {
    "errors.py",
    "measure/protocol.py",
    "model.py",
    "names.py",
    "releases/index_page.py",
    "releases/published.py",
    "upgrade/bisect_text.py",
    "upgrade/halving.py",
    "upgrade/line.py",
}
"""Beside all of the judge, and all that is published but its edge."""
TOUCHES_THE_WORLD = {
    "concurrent",
    "multiprocessing",
    "os",
    "pathlib",
    "shutil",
    "signal",
    "socket",
    "subprocess",
    "sys",
    "tempfile",
    "time",
}
PUBLISHES = {"publish/report.py"}
"""What is not pure of all that is published: the files."""
OLD_RELEASES = {"numpy", "tensorflow", "keras", "tf_keras"}


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


HARNESS = [file for file in modules(ROOT / "harness") if WORKER not in file.parents]
named = pytest.mark.parametrize(
    "file", HARNESS, ids=[str(file.relative_to(ROOT / "harness")) for file in HARNESS]
)


def imports(file: Path, root: Path = ROOT) -> Iterator[str]:
    """Return every module a file imports: at its head, within a function, or for types only."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file} imports by a relative name"
            # "from harness.measure import matrix" means the module, not a name in the wing.
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if is_module(name, root) else str(node.module) for name in whole)


def is_module(name: str, root: Path = ROOT) -> bool:
    path = root.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def room(name: str) -> str:
    """Return the wing, or the single room, that a module of ours belongs to."""
    return ".".join(name.split(".")[:2])


def floor(name: str) -> int:
    (found,) = [level for level, rooms in enumerate(FLOORS) if room(name) in rooms]
    return found


def name_of(file: Path, root: Path = ROOT) -> str:
    return ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


@named
def test_imports_run_towards_the_ground(file: Path) -> None:
    here = name_of(file)
    ours = [name for name in imports(file) if name.split(".")[0] in {"harness", "scenarios"}]
    for name in ours:
        assert name.split(".")[0] == "harness"
        assert room(name) == room(here) or floor(name) < floor(here), f"{here} imports {name}"
        assert not name.startswith("harness.measure.worker")


@named
def test_a_library_has_one_room(file: Path) -> None:
    here = file.relative_to(ROOT / "harness").as_posix()
    for name in {name.split(".")[0] for name in imports(file)}:
        if name not in sys.stdlib_module_names and name != "harness":
            assert here in ONLY_IN[name]


def test_statistics_need_no_more_of_scipy_than_its_functions() -> None:
    code = "import sys, harness.judge.runs as it; print(it.__name__, *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "scipy.special" in done.stdout.split()
    assert not {"scipy.optimize", "scipy.stats"} & set(done.stdout.split())


@named
def test_what_is_derived_knows_no_files_or_clock(file: Path) -> None:
    here = file.relative_to(ROOT / "harness").as_posix()
    pure = here.startswith(("judge/", "publish/")) and here not in PUBLISHES
    if pure or here in PURE | CHECKING:
        assert not {name.split(".")[0] for name in imports(file)} & TOUCHES_THE_WORLD


@pytest.mark.parametrize("file", modules(WORKER), ids=lambda file: file.name)
def test_the_worker_stands_apart(file: Path) -> None:
    roots = {name.split(".")[0] for name in imports(file)}
    neighbours = {other.stem for other in modules(WORKER)}
    assert roots <= (sys.stdlib_module_names | neighbours | OLD_RELEASES) - {"harness"}


@pytest.mark.parametrize("file", modules(ROOT / "scenarios"), ids=lambda file: file.stem)
def test_scenarios_stand_apart(file: Path) -> None:
    for name in imports(file):
        if name.split(".")[0] == "scenarios":
            assert name.startswith("scenarios.shared")
        else:
            assert name.split(".")[0] in sys.stdlib_module_names | OLD_RELEASES


def test_the_noxfile_needs_no_more_than_the_releases() -> None:
    ours = {room(name) for name in imports(ROOT / "noxfile.py") if name.startswith("harness")}
    assert ours <= {"harness.errors", "harness.model", "harness.releases", "harness.sessions"}


def test_the_same_dependencies_stand_in_both_places() -> None:
    lines = (ROOT / "noxfile.py").read_text().splitlines()
    start, end = lines.index("# /// script") + 1, lines.index("# ///")
    block = tomllib.loads("\n".join(line.removeprefix("#")[1:] for line in lines[start:end]))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert block["dependencies"] == project["dependencies"]
    assert block["requires-python"] == project["requires-python"]


def test_every_error_has_its_exit_code() -> None:
    found = {
        name: kind.exit_code
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, MaskmatrixError)
    }
    assert found == {
        "MaskmatrixError": ExitCode.INTERNAL,
        "UsageError": ExitCode.USAGE,
        "PublicationError": ExitCode.FINDINGS,
        "InconclusiveError": ExitCode.INCONCLUSIVE,
        "EnvironmentBuildError": ExitCode.ENVIRONMENT,
    }
    assert [code.value for code in ExitCode] == [0, 1, 2, 4, 5, 101]


def test_an_error_says_what_why_and_what_to_do() -> None:
    assert str(errors.UsageError("it broke")) == "it broke"
    said = str(errors.UsageError("it broke", why="it fell", do="pick it up"))
    assert said == "it broke\n  why: it fell\n  do:  pick it up"


def test_every_verb_is_a_module_that_says_what_it_does() -> None:
    listed = {name.replace("-", "_") for name in VERBS}
    files = {file.stem for file in (ROOT / "harness" / "commands").glob("*.py")}
    assert listed == files - {"__init__", "beside", "options", "stored"}
    for name in listed:
        command = import_module(f"harness.commands.{name}")
        assert command.__doc__
        assert callable(command.add_options)
        assert callable(command.run)


@pytest.mark.parametrize("module", ["harness.__main__", "harness.measure.plan"])
def test_starting_up_loads_nothing_heavy(module: str) -> None:
    heavy = {"numpy", "pandas", "pyarrow", "scipy", "nox", "vl_convert"}
    code = f"import sys, {module} as it; print(it.__name__, *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert module in done.stdout
    assert not heavy & set(done.stdout.split())
