"""Scenarios are read as literals: whatever is wrong is said, and nothing of them is ever run."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.model import Kind
from harness.questions import (
    SCENARIOS,
    gather_scenarios,
    hash_files,
    load_scenarios,
    read_questions,
    select_scenarios,
)
from tests.builders import SENTINEL, declared, write_scenario


def complaint(file: Path) -> str:
    with pytest.raises(UsageError) as caught:
        read_questions(file)
    assert file.name in str(caught.value)
    return str(caught.value)


def test_a_question_is_read_as_it_is_declared_and_nothing_is_run(tmp_path: Path) -> None:
    file = write_scenario(tmp_path, "masking", {"loss": declared(tolerance=1e-5)}, SENTINEL)
    (asked,) = read_questions(file)
    assert (asked.id, asked.scenario, asked.experiment) == ("masking.loss", "masking", "ask")
    assert asked.kind is Kind.NUMERIC
    assert asked.answers == ("valid", "total")
    assert asked.tolerance == 1e-5


def test_a_call_in_the_literal_is_refused_and_not_run(tmp_path: Path) -> None:
    literal = "__import__('pathlib').Path('run').touch() or {}"
    text = complaint(write_scenario(tmp_path, "masking", literal, SENTINEL))
    assert "must be a literal" in text
    assert not Path("run").exists()


@pytest.mark.parametrize(
    ("literal", "why"),
    [
        ("{", "is not valid Python"),
        ("{'loss': DECLARED}", "must be a literal"),
        ("{[]: 1}", "must be a literal"),
        ("{**{}}", "must be a literal"),
        ("[]", "must be a dict"),
        ("{}", "with a question in it"),
        ("None", "must be a dict"),
        ("{'loss': 3}", "it must be a dict"),
        ("{'loss': {3: 4}}", "it must be a dict"),
        ("{'Loss': {}}", "lower-case"),
        ("{'a.b': {}}", "lower-case"),
        ("{7: {}}", "lower-case"),
    ],
)
def test_a_bad_literal_is_a_clear_error(literal: str, why: str, tmp_path: Path) -> None:
    assert why in complaint(write_scenario(tmp_path, "masking", literal, SENTINEL))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"kind": "number"}, "kind must be"),
        ({"kind": "non_finite"}, "kind must be"),
        ({"kind": ["numeric"]}, "kind must be"),
        ({"title": ""}, "title must be a text"),
        ({"why": 3}, "why must be a text"),
        ({"remedy": None}, "remedy must be a text"),
        ({"experiment": ["ask"]}, "experiment must be a text"),
        ({"answers": "valid"}, "answers must be a list"),
        ({"answers": ["valid", 1]}, "answers must be a list"),
        ({"answers": []}, "no answer"),
        ({"answers": ["valid", "not run"]}, "plain name"),
        ({"answers": ["valid", "raised"]}, "not that of a state"),
        ({"concerns": ("a",)}, "concerns must be a list"),
        ({"tolerance": 0.0}, "tolerance must be"),
        ({"tolerance": 1}, "tolerance must be"),
        ({"tolerance": 0.1}, "tolerance must be"),
        ({"tolerance": "1e-4"}, "tolerance must be"),
        ({"tolerence": 1e-4}, "did you mean 'tolerance'?"),
        ({"anwsers": ["a"]}, "did you mean 'answers'?"),
        ({"id": "x"}, "unknown key 'id'"),
    ],
)
def test_a_bad_declaration_is_a_clear_error(
    changed: dict[str, object], why: str, tmp_path: Path
) -> None:
    file = write_scenario(tmp_path, "masking", {"loss": declared(**changed)}, SENTINEL)
    text = complaint(file)
    assert why in text
    assert "'loss'" in text


@pytest.mark.parametrize("key", sorted(declared()))
def test_a_missing_declaration_is_named(key: str, tmp_path: Path) -> None:
    row = {name: value for name, value in declared().items() if name != key}
    assert f"it lacks {key}" in complaint(write_scenario(tmp_path, "masking", {"loss": row}))


@pytest.mark.parametrize(
    "content", [b"", b"x = 1\n", b"\xff\xfe", b"\x00", b"def QUESTIONS():\n    pass\n"]
)
def test_a_file_without_questions_is_named(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "masking.py"
    file.write_bytes(content)
    complaint(file)


LITERALS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*declared(), "tolerance", "x", 3]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(value=LITERALS, key=st.sampled_from([*declared(), "tolerance"]))
def test_no_literal_gets_past_the_checks_in_another_way(
    value: object, key: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("scenarios")
    for row in ({"loss": declared(**{key: value})}, {"loss": value}, value):
        file = write_scenario(folder, "masking", repr(row))
        with suppress(UsageError):
            assert all(asked.answers and asked.experiment for asked in read_questions(file))


def test_a_folder_is_read_in_order_without_what_is_private(tmp_path: Path) -> None:
    for name in ("b", "a", "_private", "__init__"):
        write_scenario(tmp_path, name, {"loss": declared()}, SENTINEL)
    assert [scenario.name for scenario in load_scenarios(tmp_path)] == ["a", "b"]


def test_the_hash_follows_the_scenario_and_what_all_share(tmp_path: Path) -> None:
    file = write_scenario(tmp_path, "masking", {"loss": declared()})
    (before,) = load_scenarios(tmp_path)
    assert before.sha256 == hash_files([file, *sorted((SCENARIOS / "shared").glob("*.py"))])
    assert before.sha256 != hash_files([file])
    file.write_text(file.read_text() + "# one more line\n")
    assert load_scenarios(tmp_path)[0].sha256 != before.sha256


def test_the_hash_tells_names_and_borders_apart(tmp_path: Path) -> None:
    hashes = set()
    for names, contents in (("ab", ("xy", "z")), ("ab", ("x", "yz")), ("ba", ("xy", "z"))):
        for name, content in zip(names, contents, strict=True):
            (tmp_path / name).write_text(content)
        hashes.add(hash_files([tmp_path / name for name in names]))
    assert len(hashes) == 3


def test_an_unknown_scenario_suggests_the_nearest(tmp_path: Path) -> None:
    for name in ("dense_masking", "weighted_metrics"):
        write_scenario(tmp_path, name, {"loss": declared()})
    scenarios = load_scenarios(tmp_path)
    with pytest.raises(UsageError, match="no scenario 'dense_maskin'") as caught:
        select_scenarios(scenarios, ["dense_maskin"])
    assert "Did you mean 'dense_masking'?" in caught.value.do
    assert "weighted_metrics" in caught.value.do


def test_scenarios_are_selected_by_name_once_and_all_without_one(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_scenario(tmp_path, name, {"loss": declared()})
    scenarios = load_scenarios(tmp_path)
    assert [one.name for one in select_scenarios(scenarios, ["b", "a", "b"])] == ["b", "a"]
    assert select_scenarios(scenarios, []) == scenarios


def own_folder(folder: Path, name: str = "mine", before: str = "") -> Path:
    """Write one scenario of somebody's own, which may be read only."""
    file = write_scenario(folder / "own", name, {"loss": declared()}, SENTINEL)
    file.write_text(before + file.read_text())
    return file.parent


def test_own_scenarios_stand_behind_the_built_in_ones(tmp_path: Path) -> None:
    built_in = load_scenarios()
    assert gather_scenarios() == built_in
    folder = own_folder(tmp_path)
    gathered = gather_scenarios(folder)
    assert gathered[:-1] == built_in
    (question,) = gathered[-1].questions
    assert (question.id, question.folder) == ("mine.loss", str(folder))
    assert {question.folder for one in built_in for question in one.questions} == {""}


def test_the_hash_of_an_own_scenario_follows_the_modules_beside_it(tmp_path: Path) -> None:
    folder = own_folder(tmp_path)
    hashes = [gather_scenarios(folder)[-1].sha256]
    for name in ("_helper.py", "_other.py"):
        (folder / name).write_text("x = 1\n")
        hashes.append(gather_scenarios(folder)[-1].sha256)
    (folder / "unrelated.txt").write_text("x")
    assert gather_scenarios(folder)[-1].sha256 == hashes[-1]
    assert len(set(hashes)) == 3
    assert gather_scenarios(folder)[:-1] == load_scenarios()


@pytest.mark.parametrize("name", ["dense_masking", "weighted_metrics"])
def test_a_name_that_is_taken_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=f"built-in scenario '{name}'"):
        gather_scenarios(own_folder(tmp_path, name))


@pytest.mark.parametrize("name", ["My-Loss", "Loss", "class", "1loss", "my loss"])
def test_a_name_that_no_question_can_begin_with_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a scenario"):
        gather_scenarios(own_folder(tmp_path, name))


def test_a_folder_without_scenarios_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no scenario"):
        gather_scenarios(tmp_path)
    with pytest.raises(UsageError, match="is no folder"):
        gather_scenarios(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("[]", ()),
        ("['scipy']", ("scipy",)),
        (
            "['scipy >= 1.5', 'attrs', 'scipy>=1.5']",
            ("attrs", "scipy>=1.5"),
        ),
        ("['own @ file:///own-1.0-py3-none-any.whl']", ("own@ file:///own-1.0-py3-none-any.whl",)),
    ],
)
def test_requirements_are_read_and_never_run(
    tmp_path: Path, literal: str, expected: tuple[str, ...]
) -> None:
    folder = own_folder(tmp_path, before=f"REQUIREMENTS = {literal}\n")
    found = gather_scenarios(folder)[-1].requirements
    assert [word.replace(" ", "") for word in found] == [word.replace(" ", "") for word in expected]


@pytest.mark.parametrize(
    ("literal", "why"),
    [
        ("'scipy'", "must be a list of texts"),
        ("[1]", "must be a list of texts"),
        ("['scipy'] + more", "must be a literal"),
        ("[open('run', 'w')]", "must be a literal"),
        ("['-r /etc/passwd']", "is no requirement"),
        ("['--index-url http://127.0.0.1']", "is no requirement"),
        ("['-e .']", "is no requirement"),
        ("['scipy\\n-r other.txt']", "is no requirement"),
        ("['']", "is no requirement"),
        ("['./folder']", "is no requirement"),
    ],
)
def test_what_is_no_requirement_is_refused(tmp_path: Path, literal: str, why: str) -> None:
    folder = own_folder(tmp_path, before=f"REQUIREMENTS = {literal}\n")
    with pytest.raises(UsageError) as caught:
        gather_scenarios(folder)
    assert why in str(caught.value)
    assert "mine.py" in str(caught.value)


def test_what_a_built_in_scenario_requires_is_nothing() -> None:
    assert {scenario.requirements for scenario in load_scenarios()} == {()}
