"""What a project copies to check itself: valid by the rules of the tools that read it, and run."""

import os
import shutil
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


def git(folder: Path, *words: str) -> str:
    names = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    done = run("git", "-C", folder, *names, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit_all(folder: Path) -> str:
    """Make a repository of a folder; return its commit."""
    git(folder, "init", "-q")
    git(folder, "add", "-Af")
    git(folder, "commit", "-qm", "all")
    return git(folder, "rev-parse", "HEAD")


def test_pre_commit_itself_runs_the_hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a clone of this repository, as it clones one, in a project that uses the example."""
    ours, project = tmp_path / "ours", tmp_path / "project"
    for name in (".pre-commit-hooks.yaml", "noxfile.py", "results/compatibility.json"):
        (ours / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, ours / name)
    for name in ("harness", "scenarios", "examples"):
        shutil.copytree(ROOT / name, ours / name, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    config = load(EXAMPLES / "pre-commit-config.yaml")
    config["repos"][0] |= {"repo": str(ours), "rev": commit_all(ours)}
    (project / "src").mkdir(parents=True)
    code = "from keras import Sequential, layers\nmodel = Sequential([layers.Masking()])\n"
    (project / "src" / "train.py").write_text(code)
    (project / "requirements.txt").write_text("tensorflow==2.10.1\n")
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    commit_all(project)
    words = (sys.executable, "-m", "pre_commit", "run", "--files")
    done = run(*words, "requirements.txt", cwd=project)
    assert done.returncode == ExitCode.FINDINGS, done.stdout + done.stderr
    assert "hook id: maskmatrix-check\n- exit code: 1" in done.stdout
    assert "tf-2.10.1 (TensorFlow 2.10.1" in done.stdout
    assert "1 files read" in done.stdout
    done = run(*words, "src/train.py", cwd=project)
    assert done.returncode == 0
    assert "(no files to check)Skipped" in done.stdout


def test_the_decisions_are_decisions() -> None:
    path = EXAMPLES / "maskmatrix.toml"
    asked = [question for one in load_scenarios() for question in one.questions]
    policy = read_policy(path.read_text(), path.name, asked)
    assert len(policy.accept) == len(tomllib.loads(path.read_text())["accept"])
    assert policy.expect
