"""Conversion between RGB primaries: the matrices in float64, and OpenColorIO applying them to frames."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import PyOpenColorIO
from numpy.typing import NDArray

from bridge.domain.color import Chromaticity, Primaries

ocio: Any = PyOpenColorIO  # its names appear when it is loaded, where no type checker sees them

Matrix = NDArray[np.float64]
Frame = NDArray[np.float16] | NDArray[np.float32]
Sample = TypeVar("Sample", np.float16, np.float32)

# Cone response of Lam and Rigg's Bradford transform, as ICC.1:2022 annex E gives it.
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def _xyz(xy: Chromaticity) -> NDArray[np.float64]:
    """XYZ of a chromaticity at luminance 1."""
    x, y = xy
    return np.array([x / y, 1.0, (1 - x - y) / y])


def rgb_to_xyz(primaries: Primaries) -> Matrix:
    """3x3 that takes linear RGB (white 1, 1, 1) to CIE XYZ (white Y = 1), by SMPTE RP 177-1993."""
    red, green, blue, white = primaries.chromaticities
    columns = np.array([(x, y, 1 - x - y) for x, y in (red, green, blue)]).T
    return np.asarray(columns * np.linalg.solve(columns, _xyz(white)), np.float64)


def conversion(source: Primaries, target: Primaries) -> Matrix:
    """3x3 that takes linear RGB of `source` to linear RGB of `target`, white to white.

    Where the white points differ, the light is adapted by Bradford's transform, as ACES does.
    """
    white_in, white_out = (_BRADFORD @ _xyz(p.chromaticities[3]) for p in (source, target))
    adaptation = np.linalg.solve(_BRADFORD, np.diag(white_out / white_in) @ _BRADFORD)
    return np.asarray(np.linalg.solve(rgb_to_xyz(target), adaptation @ rgb_to_xyz(source)), np.float64)


def luminance_weights(primaries: Primaries) -> NDArray[np.float64]:
    """What red, green and blue add to luminance Y; three numbers whose sum is 1."""
    return rgb_to_xyz(primaries)[1]


class Converter:
    """Takes linear frames from one set of primaries to another.

    One converter may serve several threads at once, and holds no lock of the interpreter while it works.
    """

    def __init__(self, source: Primaries, target: Primaries) -> None:
        self._processor: Any = None
        if source is not target:
            matrix = np.eye(4)
            matrix[:3, :3] = conversion(source, target)
            transform = ocio.MatrixTransform(matrix=matrix.ravel().tolist())
            self._processor = ocio.Config.CreateRaw().getProcessor(transform)

    @property
    def is_identity(self) -> bool:
        """Whether source and target are the same."""
        return self._processor is None

    def __call__(self, frame: Frame, dtype: type[Sample] = np.float16) -> NDArray[Sample]:
        """The converted frame, `(height, width, 3)`; `frame` itself where nothing has to be done.

        Values are not clamped: colours outside the target's gamut come out negative. A half result beyond 65 504
        would be infinite, so light has to stay below PEAK_NITS.
        """
        if self._processor is None:
            return frame.astype(dtype, copy=False)
        result = np.empty(frame.shape, dtype)
        processor = self._processor.getOptimizedCPUProcessor(_depth(frame), _depth(result), ocio.OPTIMIZATION_DEFAULT)
        processor.apply(_described(np.ascontiguousarray(frame)), _described(result))
        return result


def _depth(frame: NDArray[Any]) -> Any:
    return ocio.BIT_DEPTH_F16 if frame.dtype == np.float16 else ocio.BIT_DEPTH_F32


def _described(frame: NDArray[Any]) -> Any:
    height, width, channels = frame.shape
    row, pixel, sample = frame.strides
    return ocio.PackedImageDesc(frame, width, height, channels, _depth(frame), sample, pixel, row)
