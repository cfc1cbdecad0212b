"""Array helpers of the estimate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
NOTHING = 1e-100  # no person, square metre or tonne; quotients by less leave the range of a double


def divide(top: Array, bottom: Array, otherwise: Array | float = 0.0) -> Array:
    """top / bottom, `otherwise` where the bottom is missing or 0 (below 1e-100, so that nothing overflows later)."""
    good = np.isfinite(bottom) & (np.abs(bottom) > NOTHING) & np.isfinite(top)
    out = np.array(np.broadcast_to(otherwise, np.shape(top)), dtype=np.float64)
    np.divide(top, bottom, out=out, where=good)
    return out
