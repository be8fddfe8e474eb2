"""Is today's share different from the usual one, or is it chance?

Fisher's exact test, with the mid-p correction: if today's people were drawn from the
same urn as everyone of the weeks before, how often would a share as far out as this
come up? Without the correction, small wards would hardly ever be told anything.
"""

from __future__ import annotations

from math import exp, lgamma


def chance(part: int, whole: int, usual_part: int, usual_whole: int) -> float:
    """Two-sided probability of `part` in `whole`: twice the smaller tail, of which the
    share that was seen counts half.
    """
    assert 0 <= part <= whole, "a part of the whole"
    assert 0 <= usual_part <= usual_whole, "a part of the whole"
    marked, urn = part + usual_part, whole + usual_whole
    lowest, highest = max(0, whole - (urn - marked)), min(whole, marked)
    seen = _draw(part, whole, marked, urn) / 2
    below = sum(_draw(k, whole, marked, urn) for k in range(lowest, part))
    above = sum(_draw(k, whole, marked, urn) for k in range(part + 1, highest + 1))
    return min(1.0, 2 * (seen + min(below, above)))


def _draw(k: int, drawn: int, marked: int, urn: int) -> float:
    # Logarithms, because the binomials of a busy month do not fit a float.
    return exp(
        _log_choose(marked, k)
        + _log_choose(urn - marked, drawn - k)
        - _log_choose(urn, drawn)
    )


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
