"""Which arms meet in a block, what is timed, and how often: the design of a run. Pure.

A block is a handful of processes that are timed one at a time in one sitting: the reference, and as
many other arms as the memory holds. It is incomplete, since a catalogue does not fit, so each arm
has to meet the reference as often as any other, and not always in the same company.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from random import Random

from harness.errors import UsageError
from harness.model import Case
from harness.names import suggest_of_all

REDUCTIONS = ("reduction_loss_object", "reduction_raw")
STEPS = ("evaluate_step", "train_step")
KERNELS = REDUCTIONS + STEPS
MODES = ("graph", "eager", "xla")
TYPICAL, SMALL, LARGE = (256, 400), (32, 16), (4096, 1024)
CASES = tuple(
    Case(kernel=kernel, mode=mode, batch=batch, timesteps=timesteps)
    for mode in MODES
    for kernel, (batch, timesteps) in chain(
        product(KERNELS, [TYPICAL]),
        product(REDUCTIONS, [SMALL, LARGE]),
        product(STEPS, [SMALL, LARGE]),
    )
)
"""All that can be timed, what most code does at first: a budget takes as many as fit.

Each shape is among the first eight. The loss object in a graph is the very first, since its first
call is told as the cost of tracing.
"""

FEWEST_CASES = 8
ENOUGH_BLOCKS = 12
MOST_BLOCKS = 15
IMPORT_S, PREPARE_S, TIMING_S = 3.5, 0.3, 0.3
"""What a process takes to import, and for each case to prepare (both on one core, beside others)
and to be timed: roughly, on the machine the README speaks of."""


def choose_cases(kernels: Sequence[str]) -> tuple[Case, ...]:
    """Return the cases of the kernels named, or of all; UsageError for an unknown one."""
    for name in kernels:
        if name not in KERNELS:
            raise UsageError(f"there is no kernel {name!r}", do=suggest_of_all(name, KERNELS))
    return tuple(case for case in CASES if not kernels or case.kernel in kernels)


def choose_block(
    reference: str,
    undecided: Iterable[str],
    blocks: Mapping[str, int],
    *,
    places: int,
    random: Random,
) -> tuple[str, ...]:
    """Return the reference and the undecided arms that have met it least often, in random order.

    ``blocks`` says in how many blocks each arm has been; ``places`` is the number of processes that
    fit beside each other, at least 2. Without an undecided arm the block is empty.
    """
    waiting = sorted(arm for arm in undecided if arm != reference)
    random.shuffle(waiting)
    waiting.sort(key=lambda arm: blocks.get(arm, 0))
    if not waiting:
        return ()
    chosen = [reference, *waiting[: places - 1]]
    random.shuffle(chosen)
    return tuple(chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What fits into a budget: the cases, and in how many blocks each arm is to be."""

    cases: tuple[Case, ...]
    planned_blocks: int


def fit_budget(
    cases: Sequence[Case], *, arms: int, places: int, budget_s: float, cores: int
) -> Design:
    """Return as many cases, the first ones, as leave enough blocks, and how many blocks those are.

    ``arms`` are those without the reference. More than ``MOST_BLOCKS`` are not planned, and fewer
    than two decide nothing, so that two are planned even where they may not fit.
    """
    number = len(cases)
    while number > FEWEST_CASES and _blocks(number, arms, places, cores, budget_s) < ENOUGH_BLOCKS:
        number -= 1
    planned = _bound(_blocks(number, arms, places, cores, budget_s))
    return Design(cases=tuple(cases[:number]), planned_blocks=planned)


def plan_again(arms: int, budget_s: float, pace_s: float) -> int:
    """Return in how many blocks each of ``arms`` can be where that takes ``pace_s`` each time.

    As long as nothing was looked at, the plan may follow the pace that was seen: error is spent by
    blocks of those planned, and what is planned and never reached is error that was kept for
    nothing.
    """
    return _bound(budget_s / (pace_s * arms))


def _bound(blocks: float) -> int:
    return min(max(int(blocks), 2), MOST_BLOCKS)


def _blocks(cases: int, arms: int, places: int, cores: int, budget_s: float) -> float:
    """Return in how many blocks each arm can be, by what a process takes."""
    others = min(places - 1, arms)
    process_s = (IMPORT_S + cases * PREPARE_S) / min(cores, others + 1) + cases * TIMING_S
    return budget_s / (process_s * (others + 1)) * others / arms
