"""Every failure that a user can meet, as one tree.

| family | codes | |
|---|---|---|
| RequestError | 10 to 19 | a setting that cannot be used, or a condition that is not met |
| MediaError | 20 to 29 | the source |
| OutputError | 30 to 39 | the drive that takes the result |
| EngineError | 40 to 49 | the work itself, and what it needs: engine, weights, GPU |
| BridgeError | 50 to 59 | the service that owns the jobs |
| JobError | 60 to 69 | |
| TimelineError | 70 to 79 | |
| HostError | 80 to 89 | what an editing application answers |
| RemoteError | 90 to 98 | what an endpoint answers, or that it does not |
| InternalError | 99 | a defect in Superwhite |
| JobCancelled | 130 | |

The numbers are the exit codes of the command line; 2 is a command that was typed wrongly. Inner code raises; only a
boundary (service, panel, command) shows. `docs/errors.md` describes each for users.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class ErrorReport(BaseModel):
    """An error as it is stored, sent and shown."""

    model_config = ConfigDict(frozen=True)

    kind: str
    sentence: str
    detail: str = ""
    remedy: str = ""
    exit_code: int
    anchor: str


class SuperwhiteError(Exception):
    """Base of the tree.

    `sentence` is plain language for the person at the screen; `detail` is for a report; `remedy` says what to do.
    """

    exit_code: ClassVar[int] = 99
    default_remedy: ClassVar[str] = ""

    def __init__(self, sentence: str, *, detail: str = "", remedy: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail
        self.remedy = self.default_remedy if remedy is None else remedy

    @classmethod
    def kind(cls) -> str:
        """The stable name of this error on the wire and in the documentation."""
        return cls.__name__

    def report(self) -> ErrorReport:
        return ErrorReport(
            kind=self.kind(),
            sentence=self.sentence,
            detail=self.detail,
            remedy=self.remedy,
            exit_code=self.exit_code,
            anchor=f"errors.md#{self.kind().lower()}",
        )


class RequestError(SuperwhiteError):
    exit_code = 10
    default_remedy = "Change the setting that the message names."


class WorkflowUnknown(RequestError):
    exit_code = 11


class BackendUnknown(RequestError):
    exit_code = 12


class UploadForbidden(RequestError):
    exit_code = 13
    default_remedy = "Choose a backend on this machine, or turn “never upload” off in the settings."


class KeyringUnavailable(RequestError):
    exit_code = 14
    default_remedy = "Set the key as an environment variable instead, before the bridge is started."


class KeyMissing(RequestError):
    exit_code = 15
    default_remedy = "Enter the key in the settings, or set it in the environment before the bridge starts."


class SpendLimitReached(RequestError):
    exit_code = 16
    default_remedy = "Lift fewer frames, or raise the limit."


class LicenceNotAccepted(RequestError):
    exit_code = 17
    default_remedy = "Read the licence; `superwhite models fetch` shows it and asks once."


class MediaError(SuperwhiteError): ...


class MediaMissing(MediaError):
    exit_code = 20
    default_remedy = "Check the path, and that its drive is connected."


class MediaEmpty(MediaError):
    exit_code = 21
    default_remedy = "Copy or export the file again: it holds no data."


class MediaUnreadable(MediaError):
    exit_code = 22
    default_remedy = "Play the file in a media player; if that fails too, export it again."


class MediaTruncated(MediaError):
    exit_code = 23
    default_remedy = "Copy or export the file again, or choose a range before the damage."


class NoVideo(MediaError):
    exit_code = 24
    default_remedy = "Choose a file that has a video track."


class RangeOutside(MediaError):
    exit_code = 25
    default_remedy = "Choose a range inside the clip."


class FramesMissing(MediaError):
    exit_code = 26
    default_remedy = "Restore the missing files, or choose a range without them."


class SourceNotSdr(MediaError):
    exit_code = 27
    default_remedy = (
        "Superwhite lifts SDR. Convert the clip to Rec.709 first, or grade it as the HDR source that it is."
    )


class OutputError(SuperwhiteError): ...


class OutputNotWritable(OutputError):
    exit_code = 30
    default_remedy = "Choose another folder with --out, or change its permissions."


class DiskFull(OutputError):
    exit_code = 31
    default_remedy = "Free some space or choose another drive, then retry the job: whole frames are kept."


class OutputVanished(OutputError):
    exit_code = 32
    default_remedy = "Reconnect the drive, then retry the job."


class EngineError(SuperwhiteError): ...


class EngineFailed(EngineError):
    exit_code = 40
    default_remedy = "Retry the job; if it fails again, send the report."


class EngineLost(EngineError):
    exit_code = 41
    default_remedy = "Retry the job: it goes on after the last whole frame."


class VerificationFailed(EngineError):
    exit_code = 42
    default_remedy = "Retry the job; if it fails again, check the drive and send the report."


class EngineMissing(EngineError):
    exit_code = 43
    default_remedy = "Install it with `superwhite engines install ltx`."


class WeightsMissing(EngineError):
    exit_code = 44
    default_remedy = "Fetch them with `superwhite models fetch ltx-2.3-hdr`."


class WeightsDamaged(EngineError):
    exit_code = 45
    default_remedy = "`superwhite models fetch ltx-2.3-hdr` fetches again what is damaged."


class WeightsMismatched(EngineError):
    exit_code = 46
    default_remedy = "Use weights that belong together: `superwhite models list` shows them."


class GpuUnavailable(EngineError):
    exit_code = 47
    default_remedy = "`superwhite doctor` shows what is there; the embedded lift needs no GPU."


class GpuTooSmall(EngineError):
    exit_code = 48
    default_remedy = "Lift fewer frames or a smaller picture, or close what else uses the card."


class GpuLost(EngineError):
    exit_code = 49
    default_remedy = "Restart the machine or the driver, then retry the job: it goes on after the last whole frame."


class BridgeError(SuperwhiteError): ...


class BridgeUnreachable(BridgeError):
    exit_code = 50
    default_remedy = "Run `superwhite doctor` to see what stops the bridge."


class BridgeAlreadyRunning(BridgeError):
    exit_code = 51
    default_remedy = "Use the bridge that runs, or stop it first."


class BridgeLost(BridgeError):
    exit_code = 52
    default_remedy = "Run `superwhite jobs list` to find the job, then `superwhite jobs retry`."


class Unauthorised(BridgeError):
    exit_code = 53
    default_remedy = "Start the command again so that it reads the bridge's present token."


class JobError(SuperwhiteError): ...


class JobUnknown(JobError):
    exit_code = 60
    default_remedy = "Run `superwhite jobs list` to see the jobs that there are."


class JobStateConflict(JobError):
    exit_code = 61
    default_remedy = "Run `superwhite jobs show` to see the state of the job."


class JobInterrupted(JobError):
    exit_code = 62
    default_remedy = "Retry the job: it goes on after the last whole frame."


class TimelineError(SuperwhiteError): ...


class TimelineUnreadable(TimelineError):
    exit_code = 70
    default_remedy = "Export the timeline again from the editing application, as .otio if it can."


class TimelineUnsupported(TimelineError):
    exit_code = 71
    default_remedy = "Write the timeline as .otio, which carries everything."


class TimelineClipUnknown(TimelineError):
    exit_code = 72
    default_remedy = "Use the name of a clip on the timeline, or `all`."


class HostError(SuperwhiteError): ...


class HostUnsupported(HostError):
    exit_code = 80
    default_remedy = "Place the sequence by hand: it is an image sequence like any other."


class HostRefused(HostError):
    exit_code = 81
    default_remedy = "Look at the timeline in the editing application, then import again."


class HostLost(HostError):
    exit_code = 82
    default_remedy = "Start the editing application again; finished jobs can still be imported."


class HostBusy(HostError):
    exit_code = 83
    default_remedy = "Wait until it has finished rendering, or close the dialog that it shows, then try again."


class RemoteError(SuperwhiteError): ...


class EndpointUnreachable(RemoteError):
    exit_code = 90
    default_remedy = "Check the network, then retry the job: it goes on where it was."


class KeyRefused(RemoteError):
    exit_code = 91
    default_remedy = "Copy the key again from the service's own page, and try Test in the settings."


class RemoteRefused(RemoteError):
    exit_code = 92
    default_remedy = "Change what the message names, then start the job anew."


class RemoteFailed(RemoteError):
    exit_code = 93
    default_remedy = "Retry the job: the endpoint is asked again, and may charge for it."


class AnswerLost(RemoteError):
    exit_code = 94
    default_remedy = (
        "Look at the endpoint's own page whether it has the job. Retrying sends it anew, and it may be paid twice."
    )


class ResultUnusable(RemoteError):
    exit_code = 95
    default_remedy = (
        "Retry the job: what is there already is not made again, and what was downloaded is looked at anew."
    )


class ResultGone(RemoteError):
    exit_code = 96
    default_remedy = "Retry the job: it has to be made, and paid for, again."


class AddressForbidden(RemoteError):
    exit_code = 97
    default_remedy = "If the endpoint is your own, enter it in the settings as an endpoint of this network."


class HubRefused(RemoteError):
    exit_code = 98
    default_remedy = (
        "Accept the model's terms on its page, and set HF_TOKEN to a token of that account that may read."
    )


class InternalError(SuperwhiteError):
    """A defect in Superwhite itself: what a boundary makes of an exception outside this tree."""

    exit_code = 99
    default_remedy = "This is a defect in Superwhite: please send the report."


class JobCancelled(SuperwhiteError):
    exit_code = 130


def _tree(root: type[SuperwhiteError]) -> dict[str, type[SuperwhiteError]]:
    found = {root.kind(): root}
    for child in root.__subclasses__():
        found |= _tree(child)
    return found


ERRORS = _tree(SuperwhiteError)


def from_report(report: ErrorReport) -> SuperwhiteError:
    """The error that a report was made of; an unknown kind becomes `InternalError` with the same words."""
    cls = ERRORS.get(report.kind, InternalError)
    return cls(report.sentence, detail=report.detail, remedy=report.remedy)
