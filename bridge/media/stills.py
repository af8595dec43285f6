"""PNG, TIFF, DPX and JPEG: one file, one frame."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from av.codec.context import CodecContext
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from bridge.domain.color import SourceColor
from bridge.domain.errors import MediaUnreadable
from bridge.domain.frames import parse_rate
from bridge.media.codes import Codes, Converter, Orientation, code_bits
from bridge.media.ffmpeg import MAX_PIXELS, check_file, check_size, in_words
from bridge.media.frame import Depth
from bridge.media.sourcecolor import Tags, level_color, refusal_of_log, source_color

# First bytes, which tell more truth than suffixes.
_DECODERS = {
    b"\x89PNG": "png",
    b"II*\0": "tiff",
    b"MM\0*": "tiff",
    b"SDPX": "dpx",
    b"XPDS": "dpx",
    b"\xff\xd8\xff": "mjpeg",
}
_MAX_BYTES = 2**31 - 1

# SMPTE ST 268-1: bytes of the first image element's transfer characteristic, and of the two frame rates.
_DPX_TRANSFER = 801
_DPX_FILM_RATE = 1724
_DPX_TELEVISION_RATE = 1940
_DPX_LOG = {1: "printing density", 3: "logarithmic"}


@dataclass(frozen=True)
class Still:
    """A decoded file before it is converted. `rate` is what its header says, if anything."""

    frame: VideoFrame
    color: SourceColor
    codec: str
    rate: Fraction | None

    @property
    def bits(self) -> Depth:
        return code_bits(self.frame.format)

    @property
    def orientation(self) -> Orientation:
        return Orientation.of(self.frame)

    def codes(self, bits: Depth) -> Codes:
        """Upright codes (3, H, W) at `bits`."""
        return self.orientation.upright(Converter(bits, cosited=self.codec != "mjpeg").codes(self.frame, self.color))


def read_still(path: Path, *, matte: bool = False) -> Still:
    """Decodes one file; what the tags of a `matte` say of colour does not matter. Raises `MediaError`s that name it."""
    size = check_file(path)
    if size > _MAX_BYTES:
        raise MediaUnreadable(f"“{path.name}” is larger than a picture can be.")
    with in_words(path):
        try:
            data = path.read_bytes()
        except OSError as error:
            raise MediaUnreadable(f"“{path.name}” cannot be read.", detail=str(error)) from error
        decoder = next((name for magic, name in _DECODERS.items() if data.startswith(magic)), None)
        if decoder is None:
            raise MediaUnreadable(f"“{path.name}” is not a PNG, TIFF, DPX, JPEG or OpenEXR picture.")
        rate = None
        if decoder == "dpx":
            rate = _dpx_rate(path, data, matte)
        context = CodecContext.create(decoder, "r")
        assert isinstance(context, VideoCodecContext)
        context.options = {"max_pixels": str(MAX_PIXELS)}
        context.thread_count = 1
        frames = [*context.decode(Packet(data)), *context.decode(None)]
        if not frames or frames[0].is_corrupt:
            raise MediaUnreadable(f"“{path.name}” is damaged.")
        frame = frames[0]
        check_size(path, frame.width, frame.height)
        tags = Tags.of(path.name, frame, context, "video still" if decoder == "dpx" else "still")
        return Still(frame, level_color(tags) if matte else source_color(tags), decoder, rate)


def _dpx_rate(path: Path, data: bytes, matte: bool) -> Fraction | None:
    """The frame rate in a DPX header. Raises `SourceNotSdr` where the header says that the codes are film log, which
    those of a matte are not.

    The transfer values besides are not obeyed: writers put linear on display-coded pictures as a matter of course.
    """
    if len(data) <= _DPX_TRANSFER:
        raise MediaUnreadable(f"“{path.name}” is damaged: its header is cut off.")
    if not matte and (curve := _DPX_LOG.get(data[_DPX_TRANSFER])):
        raise refusal_of_log(path.name, f"DPX transfer: {curve}")
    order = ">" if data.startswith(b"SDPX") else "<"
    (picture_at,) = struct.unpack_from(f"{order}I", data, 4)
    for offset in (_DPX_FILM_RATE, _DPX_TELEVISION_RATE):
        # The headers of film and television are optional: the picture may begin before them.
        if offset + 4 <= min(picture_at, len(data)):
            (value,) = struct.unpack_from(f"{order}f", data, offset)
            if math.isfinite(value) and 1 <= value <= 1000:
                return parse_rate(f"{value:.6g}")
    return None
