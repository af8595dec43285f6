"""Media with known numbers for tests in hosts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import OpenEXR

SIZE = (64, 48)
NUMBERS = (0.18, 1.0, 4.926, 10.0, -0.05)
"""Written into every test frame, in columns from the left; the last column holds the frame's own number."""


def movie(path: Path, frames: int, rate: str = "24", size: tuple[int, int] = SIZE) -> Path:
    """Lossless RGB of which frame `i` is grey of code 10 + 2 i."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("ffv1", rate=Fraction(rate))
        stream.width, stream.height = size
        stream.pix_fmt = "bgr0"
        for index in range(frames):
            picture = np.full((size[1], size[0], 3), (10 + 2 * index) % 256, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="bgr0")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def stills(folder: Path, first: int, count: int, name: str = "plate", width: int = 8) -> list[Path]:
    """PNG files of which frame `i` is grey of code 10 + 2 i."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for index in range(count):
        picture = np.full((SIZE[1], SIZE[0], 3), 10 + 2 * index, np.uint8)
        path = folder / f"{name}.{first + index:0{width}d}.png"
        with av.open(str(path), "w", format="image2", options={"update": "1"}) as container:
            stream: Any = container.add_stream("png", rate=24)
            stream.width, stream.height = SIZE
            stream.pix_fmt = "rgb24"
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
            container.mux(stream.encode())
        files.append(path)
    return files


@dataclass(frozen=True)
class Sequence:
    """A finished result; `fields` are those of `bridge.domain.host.Result` but for job and clip."""

    fields: dict[str, Any]

    def of(self, job: str, clip: str, **changed: Any) -> dict[str, Any]:
        return {**self.fields, "job": job, "clip": clip, **changed}

    def file(self, number: int) -> Path:
        return Path(self.fields["directory"]) / (self.fields["pattern"] % number)


def picture(number: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    """The pixels of result frame `number`: `NUMBERS` and the number itself, each in a sixth of the width."""
    columns = np.array((*NUMBERS, float(number)), np.float32)
    row = columns[(np.arange(size[0]) * 6) // size[0]]
    return np.broadcast_to(row[None, :, None], (size[1], size[0], 3)).copy()


def sequence(
    folder: Path, first: int, count: int, handles: tuple[int, int] = (0, 0), color: str = "lin_rec709",
    size: tuple[int, int] = SIZE,
) -> Sequence:  # fmt: skip
    """A lift of `count` frames, handles included, with 32-bit floats."""
    folder.mkdir(parents=True)
    header = {"compression": OpenEXR.ZIPS_COMPRESSION, "type": OpenEXR.scanlineimage}
    for number in range(first, first + count):
        with OpenEXR.File(dict(header), {"RGB": picture(number, size)}) as file:
            file.write(str(folder / f"{folder.name}.{number:08d}.exr"))
    return Sequence(
        {
            "directory": str(folder),
            "pattern": f"{folder.name}.%08d.exr",
            "first": first,
            "last": first + count - 1,
            "rate": "24",
            "handles_before": handles[0],
            "handles_after": handles[1],
            "width": size[0],
            "height": size[1],
            "color": color,
            "reference_white": 203,
        }
    )


def exr(path: Path | str) -> np.ndarray:
    """Pixels `(H, W, C)` of an EXR file, C being 1 or 3."""
    with OpenEXR.File(str(path), separate_channels=True) as file:
        channels = {name: np.array(channel.pixels, np.float32) for name, channel in file.channels().items()}
    return np.stack([channels[name] for name in (("R", "G", "B") if "R" in channels else tuple(channels))], axis=-1)


def columns(pixels: np.ndarray) -> list[float]:
    """The number in the middle of each sixth of the width, of the first channel."""
    height, width = pixels.shape[:2]
    return [float(pixels[height // 2, (2 * each + 1) * width // 12, 0]) for each in range(6)]
