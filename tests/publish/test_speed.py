from dataclasses import replace

from harness.judge.timings import Throughput
from harness.publish.speed import KERNELS, list_missing, list_start_up, list_tables
from tests.timed_runs import AGAIN, GRAPH, REFERENCE, example, sitting, timing

from .sittings import ORDER, judged


def told() -> Throughput:
    return judged(example()).told[0]


def test_the_rows_of_a_kernel() -> None:
    (table,) = list_tables(told(), ORDER)
    assert table.title == "reduction_raw, 32 × 16"
    assert [row for row in table.rows if row[1] == "graph"] == [
        ("tf-1.4.1", "graph", "8.5 M", "0.34 %", "× 0.60 (0.59 to 0.60)", "faster"),
        (
            "tf-2.10.1",
            "graph",
            "3.87 M",
            "0.15 %",
            "× 1.30 (1.29 to 1.31)",
            "slower; other work: it divides by total",
        ),
        ("tf-2.11.1", "graph", "–", "–", "–", "crashed"),
        ("tf-2.16.2", "graph", "5.02 M", "0.20 %", "–", "the reference"),
        (
            "tf-2.16.2 again",
            "graph",
            "5.1 M",
            "0.20 %",
            "× 0.99 (0.98 to 1.00)",
            "same, 1.3 % would show",
        ),
        (
            "tf-2.17.0rc0",
            "graph",
            "4.99 M",
            "0.20 %",
            "× 1.01 (1.00 to 1.02)",
            "same, 1.4 % would show; no sample in 1 of 6 blocks",
        ),
    ]
    says = {row[:2]: row[-1] for row in table.rows}
    assert says["tf-2.10.1", "xla"].endswith("; 6 samples void: it traced anew")
    assert says["tf-2.17.0rc0", "eager"].endswith("; 6 of 12 samples beside other work")


def test_tables_are_in_the_order_of_the_kernels_and_the_catalogue() -> None:
    cases = [replace(GRAPH, kernel=kernel) for kernel in ("odd", *reversed(KERNELS))]
    tables = list_tables(judged(sitting({"tf-1.4.1": 1.0}, cases=cases)).told[0], ORDER)
    assert [table.title.partition(",")[0] for table in tables] == [*KERNELS, "odd"]
    assert tables[-1].about == ""
    assert [row[0] for row in tables[0].rows] == ["tf-1.4.1", REFERENCE, AGAIN]
    assert [row[0] for row in list_tables(told(), ORDER[::-1])[0].rows[::3]] == [
        "tf-2.17.0rc0",
        REFERENCE,
        AGAIN,
        "tf-2.11.1",
        "tf-2.10.1",
        "tf-1.4.1",
    ]


def test_one_block_is_never_the_same() -> None:
    said = judged(sitting({"tf-2.10.1": 1.0}, blocks=1)).told[0]
    (table,) = list_tables(said, ORDER)
    assert [row[-2:] for row in table.rows] == [
        ("× 0.99", "undecided, too few blocks"),
        ("–", "the reference"),
        ("× 0.99", "undecided, too few blocks"),
    ]


def test_what_a_release_needs_to_start() -> None:
    assert list_start_up(told(), ORDER) == (
        ("tf-1.4.1", "1.21 s", "× 0.60 (0.59 to 0.60), faster", "–", "–", "600 MB"),
        ("tf-2.10.1", "2.61 s", "× 1.29 (1.28 to 1.31), slower", "–", "–", "600 MB"),
        ("tf-2.11.1", "–", "crashed", "–", "–", "600 MB"),
        ("tf-2.16.2", "2.05 s", "the reference", "–", "–", "600 MB"),
        (
            "tf-2.16.2 again",
            "2.02 s",
            "× 1.00 (0.99 to 1.01), same, 1.6 % would show",
            "–",
            "–",
            "600 MB",
        ),
        ("tf-2.17.0rc0", "2.07 s", "× 1.03 (1.02 to 1.04), slower", "–", "–", "600 MB"),
    )


def test_a_process_that_did_not_live_to_tell_has_no_peak() -> None:
    said = judged([timing(peak_rss_bytes=0)]).told[0]
    assert list_start_up(said, ORDER) == ((REFERENCE, "–", "–", "–", "–", "–"),)


def test_a_reason_is_told_once() -> None:
    assert list_missing(told(), ORDER) == (
        ("tf-1.4.1", "xla: every kernel", "not applicable", "no jit_compile | in *this* release"),
        ("tf-2.11.1", "everything", "crashed", "signal 11\\x1b[2J"),
        ("tf-2.17.0rc0", "graph: every kernel", "in some blocks", "ValueError: <b>odd</b>"),
    )
    assert list_missing(judged(sitting({})).told[0], ORDER) == ()
