"""What stands in for the model: pure functions of the plate, so that a test can say what must come out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import OpenEXR
from numpy.typing import NDArray

SHORT_SIDE = 704
_MODULUS = 32
_GREY = 128
_SOUND_RATE = 48_000


def light_of(codes: NDArray[np.uint8]) -> NDArray[np.float16]:
    """Scene-linear light (H, W, 3) of 8-bit R'G'B' codes: 2 x^2.4, and up to five times that above x = 0.8."""
    x = codes.astype(np.float64) / 255
    gain = 1 + 4 * np.clip((x - 0.8) / 0.2, 0, 1)
    return (2 * x**2.4 * gain).astype(np.float16)


def pictures(plate: Path, count: int, size: tuple[int, int] | None = None) -> Iterator[NDArray[np.uint8]]:
    """`count` pictures (H, W, 3) of R'G'B' codes: the plate's, and grey where it has no more. `size` is (width,
    height), the plate's own by default. Raises `FFmpegError` for what is no movie.
    """
    shape: tuple[int, ...] = ()
    made = 0
    with av.open(str(plate)) as container:
        for frame in container.decode(video=0):
            if made == count:
                return
            width, height = size or (frame.width, frame.height)
            picture = np.asarray(frame.to_ndarray(format="rgb24", width=width, height=height), np.uint8)
            shape = picture.shape
            yield picture
            made += 1
    for _ in range(made, count):
        yield np.full(shape, _GREY, np.uint8)


def hdr_frames(plate: Path, count: int, size: tuple[int, int] | None = None) -> Iterator[NDArray[np.float16]]:
    """The frames that an HDR lift of `plate` gives."""
    return map(light_of, pictures(plate, count, size))


def plate_size(plate: Path) -> tuple[int, int]:
    with av.open(str(plate)) as container:
        stream = container.streams.video[0]
        return stream.width, stream.height


def capped(width: int, height: int) -> tuple[int, int]:
    """The size that is generated for the one asked for: shorter side at most 704, both multiples of 32."""
    scale = min(1.0, SHORT_SIDE / min(width, height))
    w, h = (max(_MODULUS, round(side * scale / _MODULUS) * _MODULUS) for side in (width, height))
    return w, h


def seconds_of(sound: Path) -> float:
    """Raises `FFmpegError` for what is no sound, `IndexError` for what has none."""
    with av.open(str(sound)) as container:
        stream = container.streams.audio[0]
        samples = sum(frame.samples for frame in container.decode(stream))
        return samples / stream.rate


def write_archive(path: Path, frames: Iterable[NDArray[np.float16]]) -> None:
    """`frame_00000.exr` and so on, stored."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number, light in enumerate(frames):
            archive.writestr(zipfile.ZipInfo(f"frame_{number:05d}.exr", (2026, 1, 1, 0, 0, 0)), exr_of(light))


def exr_of(light: NDArray[np.float16]) -> bytes:
    """An OpenEXR file with half-float R, G, B."""
    buffer = io.BytesIO()
    header = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION}
    with OpenEXR.File(header, {"RGB": np.ascontiguousarray(light)}, 0) as file:
        file.write(buffer)
    return buffer.getvalue()


def write_movie(path: Path, frames: Iterable[NDArray[np.uint8]], rate: float, *, sound: bool) -> None:
    """An H.264 movie of R'G'B' pictures (H, W, 3), with a silent track if `sound`."""
    exact = Fraction(rate).limit_denominator(1001)
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream("libx264", rate=exact, options={"preset": "ultrafast", "crf": "18"})
        audio: Any = container.add_stream("aac", rate=_SOUND_RATE, layout="mono") if sound else None
        count = 0
        for picture in frames:
            if not count:
                video.height, video.width, video.pix_fmt = picture.shape[0], picture.shape[1], "yuv420p"
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
            count += 1
        container.mux(video.encode(None))
        if audio:
            container.mux(_silence(audio, round(count / exact * _SOUND_RATE)))


def _silence(stream: Any, samples: int) -> list[Any]:
    frame = av.AudioFrame.from_ndarray(np.zeros((1, samples), np.float32), "fltp", "mono")
    frame.rate = _SOUND_RATE
    return [*stream.encode(frame), *stream.encode(None)]
