"""What a picture's colour tags mean, what is assumed where they are silent, and what is no SDR at all.

Code points are those of ITU-T H.273 (2024), which FFmpeg uses for every container.

Assumptions, each of them listed in `SourceColor.assumed`:

- matrix: BT.709 from 720 lines up, BT.601 below; JPEG pictures BT.601 (JFIF).
- range: limited for Y'CbCr, full for RGB and for still pictures.
- primaries: Rec.709, unless the matrix tag tells more: a BT.2020 matrix means BT.2020 primaries, and below 720 lines
  the 525- and 625-line matrices mean their own primaries.
- transfer: BT.1886 for movies and DPX, sRGB for PNG, TIFF and JPEG stills that do not say that they are video.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from bridge.domain.color import Primaries, SourceColor, Transfer
from bridge.domain.errors import MediaUnreadable, SourceNotSdr
from bridge.media.codes import is_rgb, is_supported

_UNSPECIFIED = 2

_MATRICES: dict[int, Literal["bt709", "bt601", "bt2020", "smpte240m", "fcc"]] = {
    1: "bt709",
    4: "fcc",
    5: "bt601",
    6: "bt601",
    7: "smpte240m",
    9: "bt2020",
}
_FOREIGN_MATRICES = {
    8: "YCgCo",
    10: "constant-luminance BT.2020",
    11: "Y'D'zD'x (SMPTE ST 2085)",
    12: "chromaticity-derived",
    13: "chromaticity-derived constant-luminance",
    16: "YCgCo-Re",
    17: "YCgCo-Ro",
}
_HDR_MATRICES = {14: "ICtCp", 15: "IPT-C2 (Dolby Vision)"}

_PRIMARIES = {
    1: Primaries.REC709,
    5: Primaries.BT470BG,
    6: Primaries.SMPTE170M,
    7: Primaries.SMPTE170M,
    9: Primaries.REC2020,
    12: Primaries.P3D65,
}
_FOREIGN_PRIMARIES = {
    4: "BT.470 System M",
    8: "generic film",
    10: "CIE XYZ (SMPTE ST 428-1)",
    11: "DCI-P3 with the theatre's white (SMPTE RP 431-2)",
    22: "EBU Tech 3213-E",
}

_LINEAR, _SRGB, _CINEMA = 8, 13, 17
_VIDEO = (1, 6, 14, 15)
"""BT.709, BT.601 and BT.2020."""
_HDR_TRANSFERS = {16: "PQ (SMPTE ST 2084)", 18: "HLG (ARIB STD-B67)"}
_LOG_TRANSFERS = {9: "a logarithmic curve (100:1)", 10: "a logarithmic curve (316:1)"}

_LOG_NAME = re.compile(
    r"(?<![a-z])(s-?log ?[23]?|log-?c ?[34]?|v-?log(?: ?l)?|canon log ?[23]?|c-?log ?[23]?|n-?log|f-?log ?2?"
    r"|apple log ?2?|l-?log|d-?log(?: ?m)?|log3g10|redlogfilm|cineon)(?![a-z])",
    re.IGNORECASE,
)
# Free text, in which “my vlog” and “log catalogue” say nothing about the picture.
_PROSE = frozenset(
    {
        "title",
        "comment",
        "description",
        "synopsis",
        "artist",
        "album",
        "album_artist",
        "author",
        "composer",
        "copyright",
        "genre",
        "grouping",
        "keywords",
        "lyrics",
        "show",
        "network",
        "episode_id",
        "location",
        "handler_name",
        "name",
        "encoder",
        "filename",
        "publisher",
        "performer",
        "summary",
    }
)


@dataclass(frozen=True)
class Tags:
    """What a stream or a still says of its own colour.

    `kind` tells pictures in a movie from stills, and JPEG (whose Y'CbCr is always BT.601, full range) from both.
    """

    name: str
    rgb: bool
    lines: int
    matrix: int
    primaries: int
    transfer: int
    full_range: bool | None
    kind: Literal["movie", "still", "video still"] = "movie"
    jpeg: bool = False

    @classmethod
    def of(
        cls,
        name: str,
        frame: VideoFrame,
        context: VideoCodecContext,
        kind: Literal["movie", "still", "video still"] = "movie",
    ) -> Tags:
        """From a decoded frame, or from its container where the frame is silent."""
        if not is_supported(frame.format):
            raise MediaUnreadable(
                f"The pixels of “{name}” are stored as {frame.format.name}, which is not read.",
                remedy="Export the clip as ProRes, H.264, HEVC or 16-bit PNG.",
            )
        return cls(
            name=name,
            rgb=is_rgb(frame.format),
            lines=frame.height,
            matrix=_first_tag(frame.colorspace, context.colorspace),
            primaries=_first_tag(frame.color_primaries, context.color_primaries),
            transfer=_first_tag(frame.color_trc, context.color_trc),
            full_range=_range_tag(frame, context),
            kind=kind,
            jpeg=context.name == "mjpeg",
        )


def source_color(tags: Tags) -> SourceColor:
    """Weighs the tags. Raises `SourceNotSdr` for HDR and log, `MediaUnreadable` for colour that is not known here."""
    transfer = _transfer(tags)
    assumed: list[str] = []
    if tags.rgb:
        matrix = "rgb"
    elif tags.matrix in _HDR_MATRICES:
        raise _hdr(tags.name, _HDR_MATRICES[tags.matrix])
    elif tags.matrix in _FOREIGN_MATRICES:
        raise _unknown(tags.name, f"{_FOREIGN_MATRICES[tags.matrix]} colour coding")
    elif tags.matrix in _MATRICES:
        matrix = _MATRICES[tags.matrix]
    else:
        matrix = "bt709" if tags.lines >= 720 and not tags.jpeg else "bt601"
        assumed.append("matrix")
    if tags.full_range is None:
        assumed.append("range")
    primaries = _PRIMARIES.get(tags.primaries)
    if primaries is None:
        if tags.primaries in _FOREIGN_PRIMARIES:
            raise _unknown(tags.name, f"{_FOREIGN_PRIMARIES[tags.primaries]} primaries")
        primaries = _likely_primaries(tags)
        assumed.append("primaries")
    if transfer is None:
        transfer = "srgb" if tags.kind == "still" else "bt1886"
        assumed.append("transfer")
    return SourceColor(primaries, transfer, matrix, _is_full_range(tags), tuple(assumed))


def level_color(tags: Tags) -> SourceColor:
    """How the levels of a matte are read: as numbers, whatever colour its tags tell of. Raises nothing."""
    return SourceColor(Primaries.REC709, "linear", "rgb" if tags.rgb else "bt709", _is_full_range(tags))


def refuse_log_metadata(name: str, metadata: Mapping[str, str]) -> None:
    """Raises `SourceNotSdr` where a camera maker's tag names a log curve."""
    for key, value in metadata.items():
        if key.lower().split("-")[0] not in _PROSE and (found := _LOG_NAME.search(value)):
            raise refusal_of_log(name, found[0], detail=f"{key}={value[:200]}")


def refusal_of_log(name: str, curve: str, detail: str = "") -> SourceNotSdr:
    return SourceNotSdr(
        f"“{name}” is camera log ({curve}): its highlights are still inside, so there is nothing to lift.",
        detail=detail,
        remedy="Develop it with the camera maker's transform; that gives HDR as it was shot. To lift it all the same, "
        "grade it to Rec.709 first.",
    )


def _is_full_range(tags: Tags) -> bool:
    if tags.full_range is None:
        return tags.rgb or tags.jpeg or tags.kind == "still"
    return tags.full_range


def _transfer(tags: Tags) -> Transfer | None:
    if tags.transfer in _HDR_TRANSFERS:
        raise _hdr(tags.name, _HDR_TRANSFERS[tags.transfer])
    if tags.transfer in _LOG_TRANSFERS:
        raise refusal_of_log(tags.name, _LOG_TRANSFERS[tags.transfer])
    if tags.transfer == _CINEMA:
        raise _unknown(tags.name, "the digital cinema transfer (SMPTE ST 428-1)")
    if tags.transfer == _SRGB:
        return "srgb"
    if tags.kind == "video still":
        return None
    if tags.transfer == _LINEAR:
        return "linear"
    if tags.transfer in (0, _UNSPECIFIED):
        return None
    # A gamma in a still is that of computer displays; a video system's transfer is said of frames of video.
    return "srgb" if tags.kind == "still" and tags.transfer not in _VIDEO else "bt1886"


def _likely_primaries(tags: Tags) -> Primaries:
    if tags.matrix == 9:
        return Primaries.REC2020
    if tags.lines < 720 and not tags.rgb and not tags.jpeg:
        return {5: Primaries.BT470BG, 6: Primaries.SMPTE170M, 7: Primaries.SMPTE170M}.get(
            tags.matrix, Primaries.REC709
        )
    return Primaries.REC709


def _first_tag(*codes: int) -> int:
    return next((code for code in codes if code not in (_UNSPECIFIED, 3)), _UNSPECIFIED)


def _range_tag(frame: VideoFrame, context: VideoCodecContext) -> bool | None:
    if frame.format.name.startswith("yuvj"):
        return True
    tag = frame.color_range or context.color_range
    return None if tag not in (1, 2) else tag == 2


def _hdr(name: str, what: str) -> SourceNotSdr:
    return SourceNotSdr(f"“{name}” is {what}: it is HDR already, so there is nothing to lift.")


def _unknown(name: str, what: str) -> MediaUnreadable:
    return MediaUnreadable(
        f"“{name}” uses {what}, which is not read.", remedy="Convert the clip to Rec.709 and choose that."
    )
