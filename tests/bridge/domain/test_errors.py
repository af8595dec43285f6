"""The tree of errors, and its way over the wire."""

from __future__ import annotations

from bridge.domain.errors import ERRORS, DiskFull, ErrorReport, InternalError, from_report


def test_an_error_survives_the_wire():
    error = DiskFull("The drive is full.", detail="ENOSPC")
    again = from_report(ErrorReport.model_validate_json(error.report().model_dump_json()))
    assert type(again) is DiskFull
    assert (again.sentence, again.detail, again.remedy) == (error.sentence, error.detail, error.remedy)


def test_an_unknown_kind_keeps_its_words():
    report = ErrorReport(kind="FromTheFuture", sentence="Too new.", exit_code=77, anchor="")
    error = from_report(report)
    assert type(error) is InternalError
    assert error.sentence == "Too new."


def test_every_error_says_what_to_do():
    families = {
        "SuperwhiteError",
        "MediaError",
        "OutputError",
        "EngineError",
        "BridgeError",
        "JobError",
        "TimelineError",
        "HostError",
        "RemoteError",
    }
    for kind, error in ERRORS.items():
        if kind not in families | {"JobCancelled"}:
            assert error.default_remedy, kind
