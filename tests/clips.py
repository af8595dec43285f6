"""Real media for tests: movies whose frames bear their own number, stills, and OpenEXR frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import av
import numpy as np
import OpenEXR
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from bridge.media.frame import CodeFrame

WIDTH, HEIGHT = 96, 64
_BITS = 12

# Kr and Kb of ITU-T H.273, and the code points of its matrices, for oracles and for tags.
LUMA_WEIGHTS = {
    "bt709": (0.2126, 0.0722),
    "bt601": (0.299, 0.114),
    "bt2020": (0.2627, 0.0593),
    "smpte240m": (0.212, 0.087),
    "fcc": (0.30, 0.11),
}
MATRIX_CODES = {"rgb": 0, "bt709": 1, "fcc": 4, "bt601": 6, "smpte240m": 7, "bt2020": 9}

OPEN_GOP_264 = {
    # x264 makes no B-frames when it is lossless.
    "crf": "6",
    "preset": "veryfast",
    "x264-params": "open-gop=1:keyint=12:min-keyint=12:scenecut=0:bframes=3:b-adapt=0:b-pyramid=normal",
}
OPEN_GOP_265 = {
    "preset": "ultrafast",
    "x265-params": "open-gop=1:keyint=12:min-keyint=12:scenecut=0:bframes=3:b-adapt=0:lossless=1:log-level=none",
}


def numbered_luma(number: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """(H, W) limited-range luma: twelve blocks spell `number` in binary, a band below moves with it."""
    luma = np.full((height, width), 40, np.uint8)
    rows = height * 3 // 4 // 3
    columns = width // 4
    for bit in range(_BITS):
        row, column = divmod(bit, 4)
        block = luma[row * rows + 1 : (row + 1) * rows - 1, column * columns + 1 : (column + 1) * columns - 1]
        block[:] = 200 if number >> bit & 1 else 60
    luma[rows * 3 :] = (np.arange(width) * 2 + number * 3) % 180 + 20
    return luma


def number_of(frame: CodeFrame) -> int:
    """The number that `numbered_luma` wrote into a frame."""
    _, height, width = frame.codes.shape
    rows = height * 3 // 4 // 3
    columns = width // 4
    middle = 2 ** (frame.bits - 1)
    number = 0
    for bit in range(_BITS):
        row, column = divmod(bit, 4)
        value = frame.codes[1, row * rows + rows // 2, column * columns + columns // 2]
        number |= int(value > middle) << bit
    return number


def frame_of_planes(planes: Sequence[NDArray[Any]], pixel_format: str, width: int, height: int) -> VideoFrame:
    """A frame in a planar format, from its planes in FFmpeg's order; samples are stored as they are."""
    frame = VideoFrame(width, height, pixel_format)
    size = 1 if max(part.bits for part in frame.format.components) <= 8 else 2
    kind = np.dtype(f"{'>' if frame.format.is_big_endian else '<'}u{size}")
    for plane, samples in zip(frame.planes, planes, strict=True):
        lines = np.zeros((plane.height, plane.line_size // size), kind)
        lines[:, : plane.width] = samples
        plane.update(lines.tobytes())
    return frame


def ycbcr_planes(rgb: NDArray[np.float64], matrix: str, bits: int, full_range: bool) -> list[NDArray[np.float64]]:
    """Y', Cb, Cr (H, W), rounded, of R'G'B' (3, H, W) in 0..1: the equations of H.273, in float64."""
    kr, kb = LUMA_WEIGHTS[matrix]
    y = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2]
    cb, cr = (rgb[2] - y) / (2 * (1 - kb)), (rgb[0] - y) / (2 * (1 - kr))
    top, unit = 2**bits - 1, 2 ** (bits - 8)
    if full_range:
        levels = [y * top, cb * top + 128 * unit, cr * top + 128 * unit]
    else:
        levels = [(219 * y + 16) * unit, (224 * cb + 128) * unit, (224 * cr + 128) * unit]
    return [np.clip(np.rint(level), 0, top) for level in levels]


def yuv_frame(
    rgb: NDArray[np.float64], pixel_format: str, matrix: str = "bt709", full_range: bool = False
) -> VideoFrame:
    """A Y'CbCr frame of R'G'B' (3, H, W) in 0..1; subsampled chroma takes every second sample, so use flat patches."""
    _, height, width = rgb.shape
    frame = VideoFrame(width, height, pixel_format)
    bits = max(part.bits for part in frame.format.components)
    y, cb, cr = ycbcr_planes(rgb, matrix, bits, full_range)
    planes = [y]
    for chroma, plane in zip((cb, cr), frame.planes[1:3], strict=True):
        planes.append(chroma[:: 1 if plane.height == height else 2, :: 1 if plane.width == width else 2])
    planes += [np.full((height, width), 2**bits - 1)] * (len(frame.planes) - 3)
    return frame_of_planes(planes, pixel_format, width, height)


def rgb_frame(codes: NDArray[Any], pixel_format: str = "gbrp") -> VideoFrame:
    """A planar RGB frame of integer codes (3, H, W)."""
    _, height, width = codes.shape
    planes = [codes[1], codes[2], codes[0]]
    if "gbrap" in pixel_format:
        planes.append(np.zeros((height, width)))
    return frame_of_planes(planes, pixel_format, width, height)


def numbered_frames(
    total: int, pixel_format: str = "yuv420p", width: int = WIDTH, height: int = HEIGHT, first: int = 0
) -> Iterable[VideoFrame]:
    """Frames in any Y'CbCr or RGB format that bear their numbers from `first` on."""
    for number in range(first, first + total):
        grey = (numbered_luma(number, width, height).astype(np.float64) - 16) / 219
        rgb = np.broadcast_to(grey, (3, height, width))
        if pixel_format.startswith("gb"):
            depth = max(part.bits for part in av.VideoFormat(pixel_format, width, height).components)
            yield rgb_frame(np.rint(rgb * (2**depth - 1)), pixel_format)
        else:
            yield yuv_frame(rgb, pixel_format, full_range=pixel_format.startswith("yuvj"))


def write_movie(
    path: Path,
    frames: Iterable[VideoFrame],
    *,
    codec: str = "libx264",
    rate: Fraction = Fraction(25),
    options: Mapping[str, str] | None = None,
    container_options: Mapping[str, str] | None = None,
    times: Iterable[int] | None = None,
    time_base: Fraction | None = None,
    tags: Mapping[str, int] | None = None,
    metadata: Mapping[str, str] | None = None,
    stream_metadata: Mapping[str, str] | None = None,
    rotation: float | None = None,
    pixel_aspect: Fraction | None = None,
    audio: bool = False,
) -> Path:
    """Encodes `frames` as the suffix of `path` says. Lossless unless `options` say otherwise.

    `times` are presentation times in units of `time_base`, by default one frame apart. `tags` are attributes of the
    codec context: colorspace, color_range, color_primaries, color_trc. `rotation` is counterclockwise, in degrees.
    """
    lossless = {"libx264": {"qp": "0", "preset": "ultrafast"}, "libx265": OPEN_GOP_265}
    tick = time_base or 1 / rate
    pictures = list(frames)
    first = pictures[0]
    if len(pictures) < 3:
        # x265 times its first packet by the frame that its B-frames wait for: with none, by what lies in memory.
        lossless["libx265"] = OPEN_GOP_265 | {"x265-params": OPEN_GOP_265["x265-params"] + ":bframes=0"}
    with av.open(str(path), "w", options=dict(container_options or {})) as container:
        container.metadata.update(metadata or {})
        stream: Any = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = first.width, first.height, first.format.name
        stream.options = dict(options if options is not None else lossless.get(codec, {}))
        stream.metadata.update(stream_metadata or {})
        stream.codec_context.time_base = tick
        stream.time_base = tick
        for name, value in (tags or {}).items():
            setattr(stream.codec_context, name, value)
        if pixel_aspect is not None:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        if rotation is not None:
            stream.set_display_rotation(rotation)
        sound: Any = container.add_stream("pcm_s16le", rate=8000, layout="mono") if audio else None
        last = 0
        for time, frame in zip(times if times is not None else count(), pictures, strict=False):
            frame.pts, frame.time_base = time, tick
            for name, value in (tags or {}).items():
                setattr(frame, name, value)
            container.mux(stream.encode(frame))
            last = time
        container.mux(stream.encode(None))
        if sound is not None:
            silence = av.AudioFrame.from_ndarray(
                np.zeros((1, int((last + 1) * tick * 8000)), np.int16), "s16", "mono"
            )
            silence.rate = 8000
            container.mux(sound.encode(silence))
            container.mux(sound.encode(None))
    return path


def write_numbered(path: Path, total: int, *, pixel_format: str = "yuv420p", first: int = 0, **how: Any) -> Path:
    """A movie whose frame `i` bears the number `first + i`."""
    return write_movie(path, numbered_frames(total, pixel_format, first=first), **how)


def write_still(path: Path, frame: VideoFrame, codec: str, **settings: Any) -> Path:
    """One picture file from one frame, as `codec` (png, tiff, dpx, mjpeg) writes it."""
    context: Any = av.CodecContext.create(codec, "w")
    context.width, context.height, context.pix_fmt = frame.width, frame.height, frame.format.name
    context.time_base = Fraction(1, 25)
    for name, value in settings.items():
        setattr(context, name, value)
        setattr(frame, name, value)
    path.write_bytes(b"".join(bytes(packet) for packet in (*context.encode(frame), *context.encode(None))))
    return path


def write_png(path: Path, codes: NDArray[Any]) -> Path:
    """An RGB PNG, of 8 or 16 bits, of codes (3, H, W)."""
    wide = codes.dtype.itemsize > 1
    packed = np.ascontiguousarray(codes.transpose(1, 2, 0))
    frame = VideoFrame.from_ndarray(packed, "rgb48be" if wide else "rgb24")
    return write_still(path, frame, "png")


def write_numbered_pngs(pattern: Path, numbers: Iterable[int]) -> None:
    """PNG files by a printf `pattern`, each bearing its own file number."""
    for number in numbers:
        luma = numbered_luma(number)
        write_png(pattern.parent / (pattern.name % number), np.stack([luma] * 3))


def write_exr(path: Path, channels: Mapping[str, NDArray[Any]], header: Mapping[str, Any] | None = None) -> Path:
    """An OpenEXR file with channels (H, W) of half or float."""
    full = {"compression": OpenEXR.ZIPS_COMPRESSION, "type": OpenEXR.scanlineimage, **(header or {})}
    with OpenEXR.File(full, dict(channels), 0) as file:
        file.write(str(path))
    return path
