"""OpenEXR frames: one file a frame, half, scanline, channels R, G, B; with the header that hosts and people read.

Header attributes follow the OpenEXR 3.4 standard attributes, the ASWF Color Interop Forum's "Identifying the Color
Space of OpenEXR Files" 1.0.0 and, for ACES2065-1, SMPTE ST 2065-4.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from bridge.domain.color import OutputColor
from bridge.domain.errors import MediaUnreadable, RequestError
from bridge.domain.frames import Timecode, nominal_rate
from bridge.domain.workflow import Compression
from bridge.media.storage import write_atomic

# Every caller brings its own thread: two frames on two threads beat one frame on two.
OpenEXR.set_global_thread_count(0)

_CODECS = {
    "piz": OpenEXR.PIZ_COMPRESSION,
    "zips": OpenEXR.ZIPS_COMPRESSION,
    "zip": OpenEXR.ZIP_COMPRESSION,
    "dwaa": OpenEXR.DWAA_COMPRESSION,
    "dwab": OpenEXR.DWAB_COMPRESSION,
    "none": OpenEXR.NO_COMPRESSION,
}


def codec_for(compression: Compression, color: OutputColor) -> str:
    """The codec's name, with `auto` settled.

    Raises `RequestError` where ST 2065-4, which allows no compression, meets a codec.
    """
    if color.is_st2065_4:
        if compression not in ("auto", "none"):
            raise RequestError(
                f"ACES2065-1 files are uncompressed by SMPTE ST 2065-4, so {compression} cannot be used with them.",
                remedy="Leave the compression out, or choose acescg.",
            )
        return "none"
    return "piz" if compression == "auto" else compression


@dataclass(frozen=True)
class SequenceHeader:
    """What is the same in every frame of a sequence. `codec` is a name that `codec_for` gives."""

    color: OutputColor
    reference_white: int
    rate: Fraction
    codec: str
    drop_frame: bool = False
    pixel_aspect: Fraction = Fraction(1)
    owner: str = ""
    comments: str = ""
    provenance: dict[str, str] = field(default_factory=dict)

    def for_frame(self, number: int) -> dict[str, Any]:
        """Attributes of the frame with file number `number`, which is also its count since 00:00:00:00."""
        header: dict[str, Any] = {
            "type": OpenEXR.scanlineimage,
            "compression": _CODECS[self.codec],
            "colorInteropID": self.color.interop_id,
            "whiteLuminance": float(self.reference_white),
            "framesPerSecond": self.rate,
            "timeCode": _timecode(Timecode.from_frame(number, self.rate, self.drop_frame), nominal_rate(self.rate)),
            "imageCounter": number,
            "pixelAspectRatio": float(self.pixel_aspect),
        }
        if self.owner:
            header["owner"] = self.owner
        if self.comments:
            header["comments"] = self.comments
        header |= {f"superwhite:{key}": value for key, value in self.provenance.items()}
        if self.color.is_st2065_4:
            # The interop recommendation leaves chromaticities out beside colorInteropID, but for ST 2065-4.
            header["acesImageContainerFlag"] = 1
            header["chromaticities"] = tuple(v for xy in self.color.primaries.chromaticities for v in xy)
        return header


def _timecode(address: Timecode, nominal: int) -> Any:
    code = OpenEXR.TimeCode()
    code.hours, code.minutes, code.seconds = address.hours, address.minutes, address.seconds
    # Addresses count to 30 a second at most (ST 12-1): above that, neighbours share one, told apart by the field mark.
    code.frame, mark = divmod(address.frames, -(-nominal // 30))
    code.fieldPhase = mark % 2 == 1
    code.dropFrame = address.drop_frame
    return code


def write_frame(path: Path, light: NDArray[np.float16], header: dict[str, Any]) -> int:
    """Write `light` (H, W, 3) under `path`; returns the size in bytes.

    The file appears whole or not at all. Raises `OutputError`s for a full or read-only drive.
    """
    buffer = io.BytesIO()
    # The bindings read the memory as if it were contiguous, whatever the array's strides say.
    with OpenEXR.File(header, {"RGB": np.ascontiguousarray(light)}, 0) as file:
        file.write(buffer)
    data = buffer.getbuffer()
    write_atomic(path, data)
    return len(data)


def read_frame(path: Path) -> NDArray[np.float16]:
    """Pixels `(H, W, 3)` of a frame that Superwhite wrote; raises `MediaUnreadable`."""
    try:
        with OpenEXR.File(str(path), False, False, 0) as file:
            return np.asarray(file.channels()["RGB"].pixels)
    except (RuntimeError, ValueError, KeyError) as error:
        raise MediaUnreadable(f"The frame {path.name} cannot be read back.", detail=str(error)) from error


def read_header(path: Path) -> dict[str, Any]:
    """Header of a frame, without its pixels; raises `MediaUnreadable`."""
    try:
        with OpenEXR.File(str(path), False, True, 0) as file:
            return dict(file.header())
    except (RuntimeError, ValueError) as error:
        raise MediaUnreadable(f"The header of {path.name} cannot be read back.", detail=str(error)) from error
