from harness.publish.speed_steps import list_headlines, list_steps
from tests.timed_runs import example

from .sittings import judged


def test_the_largest_step_comes_first() -> None:
    assert list_headlines(judged(example()).told[0]) == (
        (
            "tensorflow",
            "tf-1.4.1 → tf-2.10.1",
            "× 2.18 (2.16 to 2.21)",
            "reduction_raw graph, 32 × 16; other work: ÷ valid → ÷ total",
            "2: × 2.16 to × 2.17",
        ),
        (
            "tensorflow",
            "tf-2.10.1 → tf-2.16.2",
            "× 0.76 (0.75 to 0.78)",
            "reduction_raw eager, 32 × 16; other work: ÷ total → ÷ valid",
            "3: × 0.77 to × 0.78",
        ),
        (
            "tensorflow",
            "tf-2.16.2 → tf-2.17.0rc0",
            "× 1.03 (1.01 to 1.06)",
            "reduction_raw eager, 32 × 16",
            "–",
        ),
    )
    steps = list_steps(judged(example()).told[0])
    assert len(steps) == 8
    assert steps[2][2:] == ("× 2.16 (2.13 to 2.20)", "import", "tf-1.4.1 – tf-2.10.1")
