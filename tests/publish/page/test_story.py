from harness.model import Status
from harness.publish.page.story import MOST_STEPS, tell_story
from harness.publish.readme import HEADLINES
from tests.publish.matrices import Said, example, matrix, question, release

TOTAL, VALID = Said(answer="total"), Said(answer="valid")


def test_steps_are_told_newest_first_with_what_they_change() -> None:
    newest, *_, oldest = tell_story(example())
    assert (newest.release, newest.after) == ("2.17.0rc0", "2.16.2")
    assert (newest.silent, newest.breaks, newest.others) == (1, 1, 0)
    assert newest.link == "?from=tf-2.16.2&to=tf-2.17.0rc0#compare"
    assert (oldest.release, oldest.causes) == ("2.16.2", "Keras")
    assert (oldest.silent, oldest.breaks, oldest.others) == (1, 0, 1)
    assert [(one.before, one.after) for one in oldest.examples] == [
        ("÷ total", "÷ valid"),
        ("raised ValueError", "sum"),
    ]
    assert oldest.examples[0].link == "#tf-2.16.2:dense_masking.loss_denominator"


def test_a_step_that_touches_more_is_preferred_to_a_newer_one() -> None:
    rows = [release(f"tf-{number}") for number in range(MOST_STEPS + 2)]
    narrow = question("a.narrow", concerns=("one",))
    wide = question("a.wide", concerns=("one", "two", "three"))
    said = {
        (row.id, narrow.id): TOTAL if place % 2 else VALID for place, row in enumerate(rows)
    } | {(row.id, wide.id): VALID if place else TOTAL for place, row in enumerate(rows)}
    story = tell_story(matrix(rows, [narrow, wide], said))
    assert [line.release for line in story] == ["7", "6", "5", "4", "3", "1"]
    assert (story[-1].touches, story[-1].more) == (("one", "three", "two"), 0)
    assert [line.silent for line in story] == [1, 1, 1, 1, 1, 2]


def test_the_headlines_and_the_silent_are_the_examples() -> None:
    rows = [release("tf-1"), release("tf-2")]
    asked = [question(name) for name in ("a.loud", "a.quiet", HEADLINES[1], HEADLINES[0])]
    raised = Said(status=Status.RAISED, reason="TypeError: no")
    after = dict(zip(asked, (raised, VALID, VALID, raised), strict=True))
    said = {("tf-1", one.id): TOTAL for one in asked}
    said |= {("tf-2", one.id): word for one, word in after.items()}
    (line,) = tell_story(matrix(rows, asked, said))
    names = [one.link.partition(":")[2] for one in line.examples]
    assert names == [HEADLINES[1], HEADLINES[0], "a.quiet"]


def test_there_is_no_story_where_nothing_changes() -> None:
    asked = question("a.b")
    assert tell_story(matrix([release("tf-1")], [asked], {("tf-1", asked.id): VALID})) == ()
    assert tell_story(matrix([], [asked], {})) == ()
