"""What the list says of a job: its card."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from bridge.domain.errors import ErrorReport
from bridge.domain.job import (
    Assembling,
    Cancelled,
    Deliverable,
    Failed,
    Imported,
    Job,
    JobState,
    Preparing,
    Queued,
    Ready,
    Receiving,
    Running,
    Sending,
    Submitted,
    Unknown,
    Verifying,
)
from qt_panels import wording
from qt_panels.cards import Bar, Card, Line, Stage, Tone
from qt_panels.counts import counts

from .track import Track

LINES = 3

_HERE = ("preparing", "running", "assembling", "verifying")
_REMOTE = ("preparing", "sending", "submitted", "running", "receiving", "assembling", "verifying")
_MOVIE = tuple(kind for kind in _REMOTE if kind != "assembling")


def title(job: Job) -> str:
    match job.state:
        case Ready(result=result) | Imported(result=result):
            return result.directory.name
        case _:
            request = job.request
            return request.output.name or (request.source.cut and request.source.cut.name) or request.source.path.name


def card(track: Track, service: str | None) -> Card:
    """`service` is what people call the job's backend where that is not on this machine: it has phases of its own."""
    job = track.job
    note = _note(job.state)
    match job.state:
        case Queued(ahead=ahead):
            expected = track.expected
            estimate = wording.estimate_text(expected, expected.cost) if expected else ""
            lines = (Line(_ahead(ahead)), Line(_origin(job)), Line(estimate))
        case Ready(result=result) | Imported(result=result):
            lines = (Line(_made(result)), Line(_light(result)), Line(_placed(job)))
        case Failed(error=error):
            again = Line(_again(error)) if service is not None else Line("")
            lines = (Line(error.sentence, Tone.BAD), Line(error.remedy, Tone.PLAIN), again)
        case Cancelled(may_be_billed=billed):
            lines = (Line(QCoreApplication.translate("Jobs", "What it had not finished was removed.")), _bill(billed))
        case Unknown(may_be_billed=billed, error=error):
            lost = QCoreApplication.translate("Jobs", "The answer to a request was lost on the way.")
            told = (Line(error.sentence, Tone.CARE),) if error else (Line(lost, Tone.CARE), _bill(billed))
            lines = (*told, Line(_look_there(service)))
        case state:
            said = state.note if isinstance(state, Running) else ""
            last = Line(said, small=True) if said else Line(_origin(job))
            lines = (Line(_times(track), Tone.PLAIN), last)
            return Card(title(job), note, bars=_bars(job, service), lines=_filled(lines), starred=job.starred)
    return Card(title(job), note, lines=_filled(lines), starred=job.starred)


def _filled(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.text)


def _note(state: JobState) -> Line:
    match state:
        case Queued():
            return Line(QCoreApplication.translate("Jobs", "Waiting"), Tone.DIM)
        case Ready():
            return Line(QCoreApplication.translate("Jobs", "Ready"), Tone.GOOD)
        case Imported():
            return Line(QCoreApplication.translate("Jobs", "On the timeline"), Tone.GOOD)
        case Failed():
            return Line(QCoreApplication.translate("Jobs", "Failed"), Tone.BAD)
        case Cancelled():
            return Line(QCoreApplication.translate("Jobs", "Cancelled"), Tone.DIM)
        case Unknown():
            return Line(QCoreApplication.translate("Jobs", "Not known"), Tone.CARE)
        case _:
            return Line(QCoreApplication.translate("Jobs", "At work"), Tone.BUSY)


def _ahead(ahead: int) -> str:
    if ahead == 0:
        return QCoreApplication.translate("Jobs", "Next in line")
    return counts.jobs_before(ahead)


def _origin(job: Job) -> str:
    source = job.request.source
    if source.cut:
        return QCoreApplication.translate("Jobs", "{clip} of {file}").format(
            clip=source.cut.id, file=source.path.name
        )
    return source.path.name


def _made(result: Deliverable) -> str:
    text = QCoreApplication.translate("Jobs", "{frames}, {width} × {height}, {color}").format(
        frames=counts.frames(result.frames), width=result.width, height=result.height, color=result.color_name
    )
    if result.cost is None:
        return text
    return QCoreApplication.translate("Jobs", "{what}, up to {cost}").format(
        what=text, cost=wording.money(result.cost)
    )


def _light(result: Deliverable) -> str:
    brightest, average = result.measures.get("max_cll"), result.measures.get("max_fall")
    if not isinstance(brightest, (int, float)) or not isinstance(average, (int, float)):
        return ""
    return QCoreApplication.translate("Jobs", "MaxCLL {peak}, MaxFALL {average}").format(
        peak=wording.nits(float(brightest)), average=wording.nits(float(average))
    )


def _placed(job: Job) -> str:
    match job.state:
        case Imported(placement=placement) if placement:
            return placement.sentence
        case Ready(result=result) if result.warnings:
            return result.warnings[0]
        case _:
            return ""


_GOES_ON = ("EndpointUnreachable", "ResultUnusable", "DiskFull", "JobInterrupted")
_SENT_ANEW = ("RemoteFailed", "RemoteRefused", "ResultGone", "AnswerLost")


def _again(error: ErrorReport) -> str:
    """What trying again comes to at a service."""
    if error.kind in _GOES_ON:
        return QCoreApplication.translate(
            "Jobs", "Trying again goes on with the same job there: nothing is charged twice."
        )
    if error.kind in _SENT_ANEW:
        return QCoreApplication.translate("Jobs", "Trying again sends it anew, and it is charged anew.")
    return ""


def _look_there(service: str | None) -> str:
    if not service:
        return ""
    return QCoreApplication.translate(
        "Jobs", "Look at {service} whether it is there before you send it again."
    ).format(service=service)


def _bill(billed: bool) -> Line:
    return Line(QCoreApplication.translate("Jobs", "The service may still bill it.") if billed else "", Tone.CARE)


def _times(track: Track) -> str:
    passed = QCoreApplication.translate("Jobs", "{time} so far").format(time=wording.duration(track.elapsed))
    if left := track.remaining:
        return QCoreApplication.translate("Jobs", "{passed}, {left} left").format(
            passed=passed, left=wording.time_range(left)
        )
    if track.expected and track.expected.seconds:
        return QCoreApplication.translate("Jobs", "{passed} of {whole}").format(
            passed=passed, whole=wording.time_range(track.expected.seconds)
        )
    return passed


def _bars(job: Job, service: str | None) -> tuple[Bar, ...]:
    order = _phases(job, service)
    now = job.state.state
    if now not in order:
        order = _REMOTE
    at = order.index(now)
    return tuple(
        _under_way(job, service) if i == at else Bar(_phase(kind, job), Stage.DONE if i < at else Stage.AHEAD)
        for i, kind in enumerate(order)
    )


def _phases(job: Job, service: str | None) -> tuple[str, ...]:
    if service is not None:
        return _REMOTE if _makes_frames(job) else _MOVIE
    return _HERE if job.request.output.master else tuple(kind for kind in _HERE if kind != "assembling")


def _makes_frames(job: Job) -> bool:
    return job.request.workflow.startswith("hdr_lift")


def _phase(kind: str, job: Job) -> str:
    names = {
        "preparing": QCoreApplication.translate("Jobs", "Read"),
        "sending": QCoreApplication.translate("Jobs", "Send"),
        "submitted": QCoreApplication.translate("Jobs", "Queue"),
        "running": QCoreApplication.translate("Jobs", "Lift"),
        "receiving": QCoreApplication.translate("Jobs", "Receive"),
        "assembling": QCoreApplication.translate("Jobs", "Assemble"),
        "verifying": QCoreApplication.translate("Jobs", "Check"),
    }
    if kind == "running" and not _makes_frames(job):
        return QCoreApplication.translate("Jobs", "Make")
    return names[kind]


def _under_way(job: Job, service: str | None) -> Bar:
    match job.state:
        case Preparing():
            return Bar(QCoreApplication.translate("Jobs", "Reading the clip"), Stage.UNDER_WAY)
        case Sending(sent=sent, total=total):
            text = QCoreApplication.translate("Jobs", "Sending {done} of {total}").format(
                done=_bytes(sent), total=_bytes(total)
            )
            return Bar(text, Stage.UNDER_WAY, _share(sent, total))
        case Submitted(ahead=ahead):
            return Bar(_waiting(ahead, service or ""), Stage.UNDER_WAY)
        case Running(done=int(done), total=int(total)):
            text = QCoreApplication.translate("Jobs", "Lifting {done} of {total}").format(done=done, total=total)
            return Bar(text, Stage.UNDER_WAY, _share(done, total))
        case Running() if not _makes_frames(job):
            return Bar(QCoreApplication.translate("Jobs", "Making the movie"), Stage.UNDER_WAY)
        case Running():
            return Bar(QCoreApplication.translate("Jobs", "Lifting"), Stage.UNDER_WAY)
        case Receiving(received=received, total=int(total)):
            text = QCoreApplication.translate("Jobs", "Receiving {done} of {total}").format(
                done=_bytes(received), total=_bytes(total)
            )
            return Bar(text, Stage.UNDER_WAY, _share(received, total))
        case Receiving(received=received):
            return Bar(
                QCoreApplication.translate("Jobs", "Receiving {done}").format(done=_bytes(received)), Stage.UNDER_WAY
            )
        case Assembling(done=done, total=total):
            text = QCoreApplication.translate("Jobs", "Assembling {done} of {total}").format(done=done, total=total)
            return Bar(text, Stage.UNDER_WAY, _share(done, total))
        case Verifying():
            return Bar(QCoreApplication.translate("Jobs", "Checking the result"), Stage.UNDER_WAY)
        case _:
            return Bar(_phase(job.state.state, job), Stage.UNDER_WAY)


def _waiting(ahead: int | None, service: str) -> str:
    if ahead is None:
        return QCoreApplication.translate("Jobs", "Waiting for the service")
    if ahead == 0:
        return QCoreApplication.translate("Jobs", "Next at {service}").format(service=service)
    return counts.before_it(ahead).format(service=service)


def _share(done: int, total: int) -> float | None:
    return done / total if total > 0 else None


def _bytes(count: int) -> str:
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
