"""What another answer does to the numbers a person looks at, at a given share of padding. Pure.

The formulas are those of the answers themselves (``scenarios/shared/reductions.py``): with
per-step loss l, mask m, weights w and N steps, every answer is one numerator over one
denominator. Two with the same numerator differ by the ratio of their denominators, whatever the
losses are; ``mask_ignored`` has another one and differs by what the padded steps say. Nothing
else is derived.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from harness.model import Question
from harness.upgrade.gravity import WITH_WARNING


class Quantity(StrEnum):
    """What a question says a number of."""

    LOSS = "loss"
    REPORTED = "reported loss"
    GRADIENT = "gradient"
    METRIC = "metric"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What becomes of a quantity: ``factor`` times what it was, or None where that is not known.

    ``learning_rate`` is what the learning rate of plain SGD is multiplied by to keep the length
    of its steps, None where the gradient is not touched or not known. ``formula`` is what it
    follows from, in p, the share of padded steps. Where nothing could be ``derived``, ``says``
    tells why.
    """

    quantity: Quantity | None = None
    factor: float | None = None
    learning_rate: float | None = None
    formula: str = ""
    derived: bool = True
    says: str

    @property
    def headline(self) -> str:
        """The effect in two or three words; blank where it is not derived."""
        if self.factor is None or self.quantity is None:
            return ""
        return f"{self.quantity.value} × {self.factor:.2f}"


_DENOMINATORS: Mapping[str, Mapping[str, int]] = {
    "valid": {"v": 1},
    "total": {},
    "sum_of_weights": {"v": 1, "w": 1},
    "sum_of_all_weights": {"a": 1},
    "nonzero_weights": {"z": 1},
    "valid_and_nonzero_weights": {"v": 1, "z": 1},
    "batch": {"T": -1},
    "sum": {"N": -1},
}
"""Each over N, as a product of powers; the numerator of all is the sum of l·m·w."""
_SYMBOLS = {
    "v": "(1 − p)",
    "w": "the mean weight of the unmasked steps",
    "a": "the mean weight of all steps",
    "z": "the share of steps whose weight is not 0",
    "T": "the number of timesteps",
    "N": "the number of steps",
    "L": "the loss weight",
}
_MASK_IGNORED = "mask_ignored"
_NO_FACTOR = "no factor follows from the answers"
_WAYS = re.compile(
    r"(valid|total|mask_ignored)"
    r"_(global|weighted_by_batch_size|mean_of_batches|of_shuffled_batches|times_loss_weight)"
)
"""An answer that also says how batches are combined, or that a loss weight is in it."""
_PADDING_COUNTS = {
    ("reaches", "lost"): True,
    ("reaches", "lost_with_warning"): True,
    ("lost", "reaches"): False,
    ("lost_with_warning", "reaches"): False,
    ("excludes_padding", "includes_padding"): True,
    ("includes_padding", "excludes_padding"): False,
}
"""Answers whose names say whether padded steps count."""
_QUANTITIES = (
    (re.compile(r"\bgradient"), Quantity.GRADIENT),
    (re.compile(r"metric|accuracy"), Quantity.METRIC),
    (re.compile(r"\blog(?:s|ged)\b|\bcombines\b"), Quantity.REPORTED),
    (re.compile(r"\bloss"), Quantity.LOSS),
)
"""By the words of a question's title, the first that fits."""


def derive_effect(question: Question, before: str, after: str, padding: float) -> Effect:
    """Return what a question's other answer does where a share ``padding`` of the steps is masked.

    ``before`` and ``after`` are two of its answers.
    """
    quantity = find_quantity(question)
    if before.removesuffix(WITH_WARNING) == after.removesuffix(WITH_WARNING):
        warns = "a warning says so now" if after.endswith(WITH_WARNING) else "the warning is gone"
        return Effect(says=f"nothing else changes; {warns}")
    padded = _PADDING_COUNTS.get((before, after))
    if padded is not None:
        counts = "count" if padded else "no longer count"
        warns = "; a warning says so" if after.endswith(WITH_WARNING) else ""
        return Effect(says=f"the padded steps, {100 * padding:.4g} % of all, {counts}{warns}")
    old, new = _split(before), _split(after)
    if quantity is None or old is None or new is None or not _is_standard(question, old, new):
        return Effect(quantity=quantity, derived=False, says=_NO_FACTOR)
    condition = _find_condition(before, after)
    if _MASK_IGNORED in {old.base, new.base}:
        return _derive_padding(quantity, old, new, padding, condition)
    return _derive_factor(question, quantity, (old, new), padding, condition)


def find_quantity(question: Question) -> Quantity | None:
    """Return what the question's title says it is about."""
    title = question.title.lower()
    return next((found for words, found in _QUANTITIES if words.search(title)), None)


@dataclass(frozen=True, slots=True)
class _Answer:
    base: str
    loss_weight: int = 0

    @property
    def powers(self) -> dict[str, int]:
        """Of the value, not of the denominator."""
        powers = {symbol: -power for symbol, power in _DENOMINATORS[self.base].items()}
        return powers | ({"L": 1} if self.loss_weight else {})


_Pair: TypeAlias = tuple[_Answer, _Answer]


def _split(answer: str) -> _Answer | None:
    found = _WAYS.fullmatch(answer)
    base = found[1] if found else answer
    if base not in _DENOMINATORS and base != _MASK_IGNORED:
        return None
    return _Answer(base, int(bool(found) and answer.endswith("times_loss_weight")))


def _is_standard(question: Question, old: _Answer, new: _Answer) -> bool:
    """Whether the two are formulas of the table: a loss of one value a sample has others.

    There, ``batch`` and ``sum`` count each sample's loss once and the rest once a valid step;
    such a question cannot offer an answer without the mask or the weights.
    """
    return not {"batch", "sum"} & {old.base, new.base} or bool(
        {_MASK_IGNORED, "unweighted"} & set(question.answers)
    )


def _find_condition(before: str, after: str) -> str:
    ways = [found[2] for one in (before, after) if (found := _WAYS.fullmatch(one))]
    batches = [way for way in ways if way != "times_loss_weight"]
    return ", where all batches are alike in size and padding" if batches else ""


def _derive_factor(
    question: Question, quantity: Quantity, answers: _Pair, padding: float, condition: str
) -> Effect:
    old, new = answers
    masked = "valid" in question.answers or any(map(_WAYS.fullmatch, question.answers))
    powers = {
        symbol: power
        for symbol in _SYMBOLS
        if (power := new.powers.get(symbol, 0) - old.powers.get(symbol, 0))
    }
    if not masked:
        # Without a mask the unmasked steps are all steps.
        powers.pop("v", None)
        if power := powers.pop("w", 0) + powers.pop("a", 0):
            powers["a"] = power
    formula = _write(powers)
    known = (1 - padding) ** powers.pop("v", 0)
    rest = _write(powers)
    if powers:
        number = f"{known:.2f} × " if known != 1 else ""
        says = f"the {quantity.value} is multiplied by {number}{rest}{condition}"
        return Effect(quantity=quantity, formula=formula, says=f"{says}: your data decide")
    says = f"the {quantity.value} is multiplied by {known:.2f}{condition}"
    if known == 1:
        says = f"the {quantity.value} stays what it is{condition}"
    rate = None
    if quantity in {Quantity.LOSS, Quantity.GRADIENT} and known != 1:
        rate = 1 / known
        also = "so are its gradient and" if quantity is Quantity.LOSS else "so is"
        says += (
            f"; {also} the step of plain SGD, which a learning rate × {rate:.2f} keeps as it "
            "was (Adam hardly feels a constant factor)"
        )
    return Effect(quantity=quantity, factor=known, learning_rate=rate, formula=formula, says=says)


def _write(powers: Mapping[str, int]) -> str:
    """Return a product of powers in words: one over (1 - p)."""
    over = [_SYMBOLS[symbol] for symbol, power in powers.items() for _ in range(power)]
    under = [_SYMBOLS[symbol] for symbol, power in powers.items() for _ in range(-power)]
    top = " × ".join(over) or "1"
    if not under:
        return top
    return f"{top} / {' / '.join(under)}"


def _derive_padding(
    quantity: Quantity, old: _Answer, new: _Answer, padding: float, condition: str
) -> Effect:
    """Return how a mean over the valid steps and one over all steps follow from each other.

    The sum over all steps is that over the valid ones and that over the padded ones. With weights
    in one denominator and not in the other nothing follows.
    """
    base = new.base if old.base == _MASK_IGNORED else old.base
    power = _DENOMINATORS.get(base, {"?": 1})
    if not set(power) <= {"v"} or old.loss_weight != new.loss_weight:
        return Effect(quantity=quantity, derived=False, says=_NO_FACTOR)
    share = 1 - padding if power else 1.0
    name, valid = quantity.value, f"{share:.2f} × " if power else ""
    if new.base == _MASK_IGNORED:
        formula = (
            "(1 − p) × old + p × mean over padding" if power else "old + p × mean over padding"
        )
        says = (
            f"the {name} counts padding: {valid}what it was, plus {padding:.2f} × its mean over "
            "the padded steps"
        )
    else:
        under = " / (1 − p)" if power else ""
        formula = f"(old − p × mean over padding){under}"
        divided = f", over {share:.2f}" if power else ""
        says = (
            f"the {name} leaves padding out: what it was, less {padding:.2f} × its mean over the "
            f"padded steps{divided}"
        )
    return Effect(quantity=quantity, formula=formula, says=says + condition)
