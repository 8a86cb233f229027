"""How many findings of a run are false: Benjamini & Hochberg over all its comparisons. Pure.

Of what is called faster or slower at most ``ALPHA`` is expected to be neither (JRSS B 57, 1995);
of what is called same, at most as much to be outside the margin: two families, each of all the
comparisons of a run. Since sequential p-values only fall, and a smaller p-value never takes a
discovery away, the procedure may be used after each block, and a finding is never withdrawn.

On dependence: comparisons that share the reference's processes are positively correlated. Under
positive regression dependence, which one-sided tests of this kind have, the bound holds
(Benjamini & Yekutieli, Annals of Statistics 29, 2001). For two-sided tests it is not proved, but
no case above the level by more than a fraction is known (Reiner-Benaim, Biometrical Journal 49,
2007); the simulations measure it. Under any dependence whatever, the bound is ``ALPHA`` times the
sum of 1/i over the comparisons. Correlation shows elsewhere: false findings come together, in the
few runs where the reference itself was unlucky. The sentinel sees just that.
"""

import numpy as np
from numpy.typing import NDArray

from harness.judge.sequential import Floats


def find_discoveries(p_values: Floats, alpha: float) -> NDArray[np.bool_]:
    """Return which of the comparisons on the last axis are found; any leading axes are runs."""
    comparisons = p_values.shape[-1]
    ranks = np.arange(1, comparisons + 1)
    ordered = np.sort(p_values, axis=-1)
    passed = np.where(ordered <= alpha * ranks / comparisons, ordered, -1.0)
    return np.asarray(p_values <= passed.max(axis=-1, initial=-1.0, keepdims=True))


def next_level(found: NDArray[np.bool_], alpha: float) -> Floats:
    """Return the level that one discovery more would have to reach; shape: the leading axes."""
    comparisons = found.shape[-1]
    return np.asarray(alpha * np.minimum(found.sum(axis=-1) + 1, comparisons) / comparisons)
