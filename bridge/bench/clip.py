"""A clip to measure with, for those who bring none."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np


def synthesise(path: Path, frames: int, width: int, height: int) -> None:
    """An H.264 movie like a graded camera clip: gradients, lamps that move and clip, and noise in every frame."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / height
    grain = np.random.default_rng(7).normal(0, 3, (8, height, width)).astype(np.float32)
    with av.open(path, "w") as movie:
        stream = movie.add_stream("libx264", rate=Fraction(25), options={"crf": "20", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for n in range(frames):
            base = 40 + 90 * y + 30 * np.sin(3 * x + n / 25)
            for k in range(3):
                distance = (x - 0.4 - 0.4 * k - 0.2 * np.sin(n / 30 + k)) ** 2 + (y - 0.3 - 0.1 * k) ** 2
                base += 260 * np.exp(-distance * 60)
            base += grain[n % len(grain)]
            picture = np.stack([base * 1.02, base, base * 0.9], axis=-1)
            frame = av.VideoFrame.from_ndarray(np.clip(picture, 0, 255).astype(np.uint8), format="rgb24")
            movie.mux(stream.encode(frame.reformat(format="yuv420p", dst_colorspace="ITU709")))
        movie.mux(stream.encode(None))
