"""Array helpers of the estimate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def divide(top: Array, bottom: Array, otherwise: Array | float = 0.0) -> Array:
    """top / bottom, `otherwise` where the bottom is 0 or missing."""
    good = np.isfinite(bottom) & (bottom != 0) & np.isfinite(top)
    out = np.array(np.broadcast_to(otherwise, np.shape(top)), dtype=np.float64)
    np.divide(top, bottom, out=out, where=good)
    return out
