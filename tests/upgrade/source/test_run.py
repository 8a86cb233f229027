"""What is known while programs are gone through, and that it is let go of."""

import ast
import gc

import pytest

from harness.upgrade.source_scan import scan_source
from tests.upgrade.marked import CORPUS, PROGRAMS


def trees() -> int:
    return sum(isinstance(one, ast.Module) for one in gc.get_objects())


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_tree_is_left_to_the_collector_of_garbage(name: str) -> None:
    gc.collect()
    gc.disable()
    try:
        before = trees()
        scan_source(CORPUS / name)
        assert trees() == before
    finally:
        gc.enable()
