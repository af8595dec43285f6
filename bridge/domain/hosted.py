"""From a host's clip to a request, and from a finished job to what the host is told: the same for panel and command."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from .cut import TimelineClip
from .errors import HostBusy, HostError, HostLost, HostRefused, HostUnsupported
from .host import Exported, HostClip, HostFailure, Result
from .job import Imported, Job, Ready
from .media import STILL_SUFFIXES
from .workflow import SourceSpec


def timeline_clip(clip: HostClip) -> TimelineClip | None:
    """None for a clip that is on no timeline. Raises pydantic's `ValidationError` for what a host may not say."""
    if not clip.on_timeline:
        return None
    known = TimelineClip.model_fields
    return TimelineClip.model_validate({name: value for name, value in asdict(clip).items() if name in known})


def sequence_rate(clip: HostClip) -> str | None:
    """The rate at which the host counts the frames of an image sequence, whatever its files say; none for a movie."""
    return clip.source_rate if clip.media and Path(clip.media).suffix.lower() in STILL_SUFFIXES else None


def source_spec(clip: HostClip, handles: int) -> SourceSpec:
    """What to lift: what a timeline uses of the clip, with handles, or the whole of a clip by itself.

    Raises pydantic's `ValidationError`, and `RequestError`, for what a host may not say.
    """
    assert clip.media is not None
    cut = timeline_clip(clip)
    return SourceSpec.model_validate(
        {"path": clip.media, "cut": cut, "handles": handles if cut else 0, "rate": sequence_rate(clip)}
    )


def exported_spec(exported: Exported) -> SourceSpec:
    """The rendered medium, of which the handles are no part of the clip. Raises `ValueError` where nothing is left."""
    return SourceSpec.model_validate(
        {
            "path": exported.path,
            "start": exported.handles_before,
            "end": exported.frames - exported.handles_after,
            # As many as there are: at either end, handles end where the medium does.
            "handles": max(exported.handles_before, exported.handles_after),
            "rate": exported.rate,
        }
    )


def result_of(job: Job) -> Result:
    """What a host is told of a finished job that came from one of its clips."""
    assert isinstance(job.state, Ready | Imported)
    assert job.request.origin
    made = job.state.result
    return Result(
        job=job.id,
        clip=job.request.origin.clip,
        directory=str(made.directory),
        pattern=made.pattern,
        first=made.media_first,
        last=made.media_first + made.frames - 1,
        rate=str(made.rate or ""),
        handles_before=made.handles_before,
        handles_after=made.handles_after,
        width=made.width,
        height=made.height,
        color=made.color_name,
        reference_white=made.reference_white,
    )


def error_of(failure: HostFailure) -> HostError:
    """A host's failure as the error that the rest of Superwhite knows."""
    kind = _ERRORS.get(failure.kind, HostRefused)
    return kind(failure.sentence, detail=failure.detail, remedy=failure.remedy or None)


_ERRORS: dict[str, type[HostError]] = {
    "unsupported": HostUnsupported,
    "refused": HostRefused,
    "busy": HostBusy,
    "lost": HostLost,
}
