"""What each kind of error is called, in the language of the panel. The bridge's own sentence is in English."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def title(kind: str) -> str:
    """Empty for a kind that is not known here."""
    return _titles().get(kind, "")


def _titles() -> dict[str, str]:
    return {
        "RequestError": QCoreApplication.translate("Kinds", "A setting cannot be used"),
        "WorkflowUnknown": QCoreApplication.translate("Kinds", "This workflow is not offered here"),
        "BackendUnknown": QCoreApplication.translate("Kinds", "This backend is not there"),
        "UploadForbidden": QCoreApplication.translate("Kinds", "Uploading is switched off"),
        "KeyringUnavailable": QCoreApplication.translate("Kinds", "The keyring cannot be used"),
        "KeyMissing": QCoreApplication.translate("Kinds", "The key is missing"),
        "SpendLimitReached": QCoreApplication.translate("Kinds", "It would cost more than was allowed"),
        "LicenceNotAccepted": QCoreApplication.translate("Kinds", "The licence was not accepted"),
        "MediaMissing": QCoreApplication.translate("Kinds", "The clip is not there"),
        "MediaEmpty": QCoreApplication.translate("Kinds", "The clip is empty"),
        "MediaUnreadable": QCoreApplication.translate("Kinds", "The clip cannot be read"),
        "MediaTruncated": QCoreApplication.translate("Kinds", "The clip is cut off"),
        "NoVideo": QCoreApplication.translate("Kinds", "The clip has no picture"),
        "RangeOutside": QCoreApplication.translate("Kinds", "The range is outside the clip"),
        "FramesMissing": QCoreApplication.translate("Kinds", "Frames of the sequence are missing"),
        "SourceNotSdr": QCoreApplication.translate("Kinds", "The clip is not SDR"),
        "OutputNotWritable": QCoreApplication.translate("Kinds", "The output folder cannot be written"),
        "DiskFull": QCoreApplication.translate("Kinds", "The drive is full"),
        "OutputVanished": QCoreApplication.translate("Kinds", "The result is gone"),
        "EngineFailed": QCoreApplication.translate("Kinds", "The engine failed"),
        "EngineLost": QCoreApplication.translate("Kinds", "The engine went away"),
        "VerificationFailed": QCoreApplication.translate("Kinds", "The result did not pass its check"),
        "EngineMissing": QCoreApplication.translate("Kinds", "The engine is not installed"),
        "WeightsMissing": QCoreApplication.translate("Kinds", "Weights are missing"),
        "WeightsDamaged": QCoreApplication.translate("Kinds", "Weights are damaged"),
        "WeightsMismatched": QCoreApplication.translate("Kinds", "Weights do not belong together"),
        "GpuUnavailable": QCoreApplication.translate("Kinds", "No GPU can be used"),
        "GpuTooSmall": QCoreApplication.translate("Kinds", "The GPU has too little memory"),
        "GpuLost": QCoreApplication.translate("Kinds", "The GPU stopped answering"),
        "BridgeUnreachable": QCoreApplication.translate("Kinds", "The bridge cannot be reached"),
        "BridgeAlreadyRunning": QCoreApplication.translate("Kinds", "Another bridge is running"),
        "BridgeLost": QCoreApplication.translate("Kinds", "The bridge went away"),
        "Unauthorised": QCoreApplication.translate("Kinds", "The bridge did not accept the panel"),
        "JobUnknown": QCoreApplication.translate("Kinds", "The job is not known any more"),
        "JobStateConflict": QCoreApplication.translate("Kinds", "The job cannot do that now"),
        "JobInterrupted": QCoreApplication.translate("Kinds", "The job was interrupted"),
        "TimelineUnreadable": QCoreApplication.translate("Kinds", "The timeline cannot be read"),
        "TimelineUnsupported": QCoreApplication.translate("Kinds", "The timeline cannot carry this"),
        "TimelineClipUnknown": QCoreApplication.translate("Kinds", "The clip is not on the timeline"),
        "HostUnsupported": QCoreApplication.translate("Kinds", "The application cannot do this"),
        "HostRefused": QCoreApplication.translate("Kinds", "The application refused"),
        "HostLost": QCoreApplication.translate("Kinds", "The application does not answer"),
        "HostBusy": QCoreApplication.translate("Kinds", "The application is busy"),
        "EndpointUnreachable": QCoreApplication.translate("Kinds", "The service cannot be reached"),
        "KeyRefused": QCoreApplication.translate("Kinds", "The service does not accept the key"),
        "RemoteRefused": QCoreApplication.translate("Kinds", "The service refused the job"),
        "RemoteFailed": QCoreApplication.translate("Kinds", "The service failed at the job"),
        "AnswerLost": QCoreApplication.translate("Kinds", "The answer of the service was lost"),
        "ResultUnusable": QCoreApplication.translate("Kinds", "The result of the service cannot be used"),
        "ResultGone": QCoreApplication.translate("Kinds", "The service keeps the result no longer"),
        "AddressForbidden": QCoreApplication.translate("Kinds", "This address is not allowed"),
        "HubRefused": QCoreApplication.translate("Kinds", "The hub gives the weights to members only"),
        "InternalError": QCoreApplication.translate("Kinds", "A defect in Superwhite"),
        "JobCancelled": QCoreApplication.translate("Kinds", "The job was cancelled"),
    }
