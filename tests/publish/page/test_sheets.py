from harness.publish.page.sheets import list_sheets
from tests import timed_runs
from tests.publish.matrices import example
from tests.publish.sittings import judged


def test_the_tables_of_a_run_say_where_and_when() -> None:
    sheets = list(list_sheets(judged(timed_runs.example()), example().releases))
    assert sheets[-1].title == "Starting up"
    assert sheets[0].title == "reduction_raw, 32 × 16"
    for sheet in sheets:
        assert sheet.about.startswith("Run 20261120T120000Z-00000001 on linux-x86_64-4cpu-0123abcd")
        assert sheet.rows
        assert {len(row) for row in sheet.rows} == {len(sheet.header)}
