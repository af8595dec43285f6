"""What each kind of error is called, in the language of the panel. The bridge's own sentence is in English."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def title(kind: str) -> str:
    """Empty for a kind that is not known here."""
    return _titles().get(kind, "")


def _titles() -> dict[str, str]:
    return {
        "RequestError": translate("Kinds", "A setting cannot be used"),
        "WorkflowUnknown": translate("Kinds", "This workflow is not offered here"),
        "BackendUnknown": translate("Kinds", "This backend is not there"),
        "UploadForbidden": translate("Kinds", "Uploading is switched off"),
        "KeyringUnavailable": translate("Kinds", "The keyring cannot be used"),
        "MediaMissing": translate("Kinds", "The clip is not there"),
        "MediaEmpty": translate("Kinds", "The clip is empty"),
        "MediaUnreadable": translate("Kinds", "The clip cannot be read"),
        "MediaTruncated": translate("Kinds", "The clip is cut off"),
        "NoVideo": translate("Kinds", "The clip has no picture"),
        "RangeOutside": translate("Kinds", "The range is outside the clip"),
        "FramesMissing": translate("Kinds", "Frames of the sequence are missing"),
        "SourceNotSdr": translate("Kinds", "The clip is not SDR"),
        "OutputNotWritable": translate("Kinds", "The output folder cannot be written"),
        "DiskFull": translate("Kinds", "The drive is full"),
        "OutputVanished": translate("Kinds", "The result is gone"),
        "EngineFailed": translate("Kinds", "The engine failed"),
        "EngineLost": translate("Kinds", "The engine went away"),
        "VerificationFailed": translate("Kinds", "The result did not pass its check"),
        "BridgeUnreachable": translate("Kinds", "The bridge cannot be reached"),
        "BridgeAlreadyRunning": translate("Kinds", "Another bridge is running"),
        "BridgeLost": translate("Kinds", "The bridge went away"),
        "Unauthorised": translate("Kinds", "The bridge did not accept the panel"),
        "JobUnknown": translate("Kinds", "The job is not known any more"),
        "JobStateConflict": translate("Kinds", "The job cannot do that now"),
        "JobInterrupted": translate("Kinds", "The job was interrupted"),
        "TimelineUnreadable": translate("Kinds", "The timeline cannot be read"),
        "TimelineUnsupported": translate("Kinds", "The timeline cannot carry this"),
        "TimelineClipUnknown": translate("Kinds", "The clip is not on the timeline"),
        "HostUnsupported": translate("Kinds", "The application cannot do this"),
        "HostRefused": translate("Kinds", "The application refused"),
        "HostLost": translate("Kinds", "The application does not answer"),
        "InternalError": translate("Kinds", "A defect in Superwhite"),
        "JobCancelled": translate("Kinds", "The job was cancelled"),
    }
