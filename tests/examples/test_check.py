"""What a project copies to check itself: valid by the rules of the tools that read it, and run."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.errors import ExitCode
from harness.questions import load_scenarios
from harness.upgrade.policy import read_policy

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "check"


def run(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, words)),
        cwd=cwd,
        env=os.environ | {"NOX_SCRIPT_MODE": "none", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


@pytest.mark.parametrize(
    ("schema", "file"), [("vendor.github-workflows", EXAMPLES / "github-workflow.yml")]
)
def test_the_workflow_is_one(schema: str, file: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    done = run(*words, file)
    assert done.returncode == 0, done.stdout
    spoilt = tmp_path / "spoilt.yml"
    spoilt.write_text(file.read_text().replace("runs-on:", "runs-at:"))
    assert run(*words, spoilt).returncode == 1


@pytest.mark.parametrize(
    ("verb", "file"),
    [
        ("validate-manifest", ROOT / ".pre-commit-hooks.yaml"),
        ("validate-config", EXAMPLES / "pre-commit-config.yaml"),
    ],
)
def test_the_hook_is_one(verb: str, file: Path) -> None:
    done = run(sys.executable, "-m", "pre_commit", verb, file)
    assert done.returncode == 0, done.stdout


def commands() -> list[str]:
    """Return every command of the workflow that calls nox, and the arguments of the hook."""
    steps = load(EXAMPLES / "github-workflow.yml")["jobs"]["check"]["steps"]
    found = [step["run"] for step in steps if "nox -f" in step.get("run", "")]
    (repo,) = load(EXAMPLES / "pre-commit-config.yaml")["repos"]
    (hook,) = repo["hooks"]
    return [*found, f"nox -- {' '.join(hook['args'])}"]


@pytest.mark.parametrize("command", commands())
def test_their_words_are_words_of_the_verb(command: str) -> None:
    from harness.__main__ import parse_arguments

    words = command.partition(" -- ")[2].partition(">")[0].replace('"$TARGET"', "latest").split()
    parsed = parse_arguments(["check", *words])
    assert str(parsed.requirements) == "requirements.txt"


def test_the_hook_names_what_is_there() -> None:
    (hook,) = load(ROOT / ".pre-commit-hooks.yaml")
    (repo,) = load(EXAMPLES / "pre-commit-config.yaml")["repos"]
    assert hook["id"] == repo["hooks"][0]["id"]
    assert os.access(ROOT / hook["entry"], os.X_OK)


def test_the_hook_runs_in_the_folder_of_the_project(tmp_path: Path) -> None:
    (hook,) = load(ROOT / ".pre-commit-hooks.yaml")
    (tmp_path / "requirements.txt").write_text("tensorflow==2.10.1\n")
    words = ["--requirements", "requirements.txt", "--to", "2.16.2"]
    done = run(ROOT / hook["entry"], *words, cwd=tmp_path)
    assert done.returncode == ExitCode.FINDINGS, done.stderr
    assert done.stdout.startswith("tf-2.10.1 (TensorFlow 2.10.1")


def test_the_decisions_are_decisions() -> None:
    path = EXAMPLES / "maskmatrix.toml"
    asked = [question for one in load_scenarios() for question in one.questions]
    policy = read_policy(path.read_text(), path.name, asked)
    assert len(policy.accept) == len(tomllib.loads(path.read_text())["accept"])
    assert policy.expect
