"""Names and messages from outside: none becomes a path, a command, code, or a terminal's order."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given

from harness.errors import UsageError
from harness.measure import matrix
from harness.measure.journal import new_journal
from harness.measure.progress import RunProgress
from harness.publish.text import render_text
from harness.questions import load_scenarios, select_scenarios
from harness.releases.catalogue import load_catalogue
from harness.store import write_observations
from harness.visible import make_visible
from tests.builders import declared, observation, write_scenario
from tests.faults.conftest import count
from tests.faults.place import ROOT, Place
from tests.measure.bench import Bench, both
from tests.measure.test_matrix import planned
from tests.publish.strategies import HOSTILE

NAMES = ["../../x", "/etc/passwd", "..", "a/b", "a\\b", ".hidden", "a\0b", "a\nb", "\x1b[2J", ""]
ESCAPE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]|[\u202a-\u202e\u2066-\u2069]")
"""What orders a terminal about, but for the end of a line."""
FORBIDDEN = {"eval", "exec", "compile", "__import__", "breakpoint"}
NOT_IMPORTED = {"pickle", "marshal", "shelve", "dill", "code", "codeop", "pty"}
UNSAFE_YAML = re.compile(r"yaml\.(?!safe_load$|YAMLError$)\w+")
SHELLS = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}
OURS = [ROOT / "noxfile.py", *sorted((ROOT / "harness").rglob("*.py"))]


def dangers(code: str) -> Iterator[str]:
    """Yield what evaluates, unpickles or hands text to a shell."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names if name.name in NOT_IMPORTED)
            case ast.ImportFrom(module=str(module)) if module in NOT_IMPORTED:
                yield module
            case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN:
                if not (name == "compile" and _only_parses(node)):
                    yield name
            case ast.Call(func=ast.Attribute() as function) if ast.unparse(function) in SHELLS:
                yield ast.unparse(function)
            case ast.ImportFrom(module="yaml"):
                yield "from yaml"
            case ast.Attribute() if UNSAFE_YAML.fullmatch(ast.unparse(node)):
                yield ast.unparse(node)
            case ast.keyword(arg="shell" | "allow_pickle", value=value) if (
                ast.unparse(value) != "False"
            ):
                yield str(node.arg)
            case _:
                pass


def _only_parses(call: ast.Call) -> bool:
    """Whether a call of compile makes no code, but a tree to look at."""
    return any("ast.PyCF_ONLY_AST" in ast.unparse(given) for given in call.args)


@pytest.mark.parametrize("file", OURS, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_is_evaluated_unpickled_or_given_to_a_shell(file: Path) -> None:
    assert list(dangers(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "code",
    [
        "eval(text)",
        "exec(text)",
        "import pickle",
        "from marshal import loads",
        "import os\nos.system(text)",
        "import subprocess\nsubprocess.run(text, shell=True)",
        "numpy.load(file, allow_pickle=True)",
        "import yaml\nyaml.load(text)",
        "from yaml import load",
        "compile(text, 'name', 'exec')",
        "compile(text, 'name', 'exec', dont_inherit=True)",
    ],
)
def test_each_of_these_would_be_found(code: str) -> None:
    assert list(dangers(code))


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_release_or_run_leaves_the_store(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "store" / "observations"
    for changed in ({"release": name}, {"run_id": f"{name}/../../x"}):
        with pytest.raises(UsageError) as caught:
            write_observations(folder, [observation(**changed)])
        assert not ESCAPE.search(str(caught.value))
    assert list(tmp_path.rglob("*.parquet")) == []
    count("names that are paths")


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_scenario_is_taken_for_a_path(name: str, tmp_path: Path) -> None:
    write_scenario(tmp_path, "masking", {"loss": declared()})
    with pytest.raises(UsageError) as caught:
        select_scenarios(load_scenarios(tmp_path), [name])
    assert not ESCAPE.search(str(caught.value))
    count("names that are paths")


@pytest.mark.parametrize("name", ["a b", "a|b", "a\x1b[2J", "Upper", "a-b", "ü", "a\nb"])
def test_a_file_with_a_name_that_is_none_is_no_scenario(name: str, tmp_path: Path) -> None:
    write_scenario(tmp_path, name, {"loss": declared()})
    with pytest.raises(UsageError, match="cannot be the name of a scenario") as caught:
        load_scenarios(tmp_path)
    assert not ESCAPE.search(str(caught.value))


ROW = """[[release]]
id = {id}
tensorflow = {tensorflow}
package = "tensorflow"
api = "tf.keras"
python = {python}
released = 2022-09-06
as_of = 2022-10-01
series = ["tensorflow"]
tags = [{tag}]
"""


@pytest.mark.parametrize("key", ["id", "tensorflow", "python", "tag"])
@pytest.mark.parametrize("name", NAMES)
def test_no_row_of_the_catalogue_names_a_path(key: str, name: str, tmp_path: Path) -> None:
    """An id becomes the name of a lock, of an environment and of a file in the store."""
    usual = {"id": "tf-2.10.1", "tensorflow": "2.10.1", "python": "3.8", "tag": "tf2"}
    file = tmp_path / "releases.toml"
    file.write_text(ROW.format(**{n: json.dumps(v) for n, v in (usual | {key: name}).items()}))
    with pytest.raises(UsageError) as caught:
        load_catalogue(file)
    assert not ESCAPE.search(str(caught.value))
    count("names that are paths")


def test_a_journal_that_names_a_path_is_refused(bench: Bench) -> None:
    bench.write("masking")
    due = planned(bench)
    from dataclasses import replace

    from harness.measure.protocol import plan_event
    from tests.measure.test_matrix import ANSWERED

    plan = plan_event(replace(due.provenance, release="../../x"), due.tasks, 2)
    with new_journal(bench.settings.journals, "x", plan) as journal, journal.open("a") as file:
        file.write(ANSWERED)
    with pytest.raises(UsageError, match="no name of a file"):
        matrix.recover(bench.settings)
    assert list(bench.folder.rglob("x--*")) == []


@given(HOSTILE)
def test_what_is_made_visible_gives_no_orders(text: str) -> None:
    shown = make_visible(text)
    assert shown.isprintable()
    assert make_visible(shown) == shown


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_error_gives_orders(what: str, why: str, do: str) -> None:
    said = str(UsageError(what, why=why, do=do))
    assert not ESCAPE.search(said)
    assert said.count("\n") == bool(why) + bool(do)


def test_the_progress_gives_no_orders(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.write("masking")
    due = planned(bench)
    hostile = "\x1b[2J\x1b]0;title\x07 red\u202e"
    with RunProgress([due]) as progress:
        progress.tell(due, {"event": "start", "task": 0})
        progress.tell(due, {"event": "killed", "task": 0, "reason": hostile})
        progress.tell(due, {"event": "death", "task": 0, "status": "crashed", "reason": hostile})
    said = capsys.readouterr().err
    assert "\\x1b[2J" in said
    assert not ESCAPE.search(said)


ORDERS = """
    import os, sys

    def ask(probe):
        print("\\x1b[2J\\x1b]0;printed\\x07", flush=True)
        raise ValueError("\\x1b[2J\\x1b]0;raised\\x07 <script> | `rm -rf` $(id) \\u202e\\r")

    def after(probe):
        print("\\x1b[2J\\x1b]0;last words\\x07", flush=True)
        os.abort()
"""


def test_what_a_release_prints_and_raises_reaches_no_terminal(
    tmp_path: Path, standin: Path
) -> None:
    folder = tmp_path / "scenarios"
    asked = {"loss": declared(), "after": declared(experiment="after")}
    write_scenario(folder, "masking", asked, ORDERS)
    place = Place(folder=tmp_path, scenarios=folder, python=standin)
    for said in place.start().communicate(timeout=60):
        assert not ESCAPE.search(said)
    assert not ESCAPE.search(render_text(place.matrix()))
    reasons = {seen.reason for seen in place.stored()}
    assert any("\x1b" in reason for reason in reasons)  # what was said is kept as it was said


def test_a_fault_of_a_scenario_reaches_no_terminal(tmp_path: Path, standin: Path) -> None:
    folder = tmp_path / "scenarios"
    code = """
        def ask(probe):
            for rng in probe.draws():
                probe.observe("\\x1b[2J", 2.0, {"valid": 2.0})
    """
    write_scenario(folder, "masking", {"loss": declared()}, code)
    place = Place(folder=tmp_path, scenarios=folder, python=standin)
    controller = place.start()
    _, complaint = controller.communicate(timeout=60)
    assert controller.returncode == 2
    assert "scenario fault: masking.ask: it reports '\\x1b[2J'" in complaint
    assert not ESCAPE.search(complaint)


@pytest.mark.parametrize("words", [["measure", "\x1b[2J"], ["measure", "--scenario", "\x1b[2J"]])
def test_a_word_on_the_command_line_comes_back_without_orders(
    words: list[str], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "harness", *words, "--results", str(tmp_path / "results")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert not ESCAPE.search(done.stderr)


def test_an_endless_message_is_cut(bench: Bench) -> None:
    bench.write("masking", "\ndef ask(probe):\n    raise ValueError('x' * 10**6)\n")
    bench.run()
    assert bench.said() == {"masking.loss": both("raised")}
    assert {len(seen.reason) for seen in bench.stored()} == {1000}
