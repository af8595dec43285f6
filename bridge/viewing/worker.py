"""The view worker process: pixels are worked on here, so that no decoder can hold up or take down the bridge.

python -m bridge.viewing.worker
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO

from pydantic import ValidationError

from bridge.domain.errors import ErrorReport, InternalError, RequestError, SuperwhiteError

from .protocol import Answer, Question

log = logging.getLogger(__name__)


def main() -> int:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s view %(levelname)s %(message)s")
    answers = _private_stdout()
    writing = threading.Lock()
    # Imported here: the process is there, and takes questions, while the pixel libraries load.
    from bridge.assembly.conveyor import cores

    from .gallery import Gallery
    from .look import answer

    gallery = Gallery()

    def see_to(line: str) -> None:
        try:
            question = Question.model_validate_json(line)
        except ValidationError:
            log.exception("unreadable question")
            return
        payload, error = b"", None
        try:
            payload = answer(gallery, question)
        except Exception as failure:  # noqa: BLE001 - the process boundary: whoever asked is told
            error = _report_of(failure)
        head = Answer(id=question.id, size=len(payload), error=error).model_dump_json().encode() + b"\n"
        with writing:
            answers.write(head)
            answers.write(payload)
            answers.flush()

    with ThreadPoolExecutor(cores(), "view") as pool:
        for line in sys.stdin:
            pool.submit(see_to, line)
        # The bridge is gone or wants no more; nobody reads what is still being made.
        os._exit(0)


def _report_of(failure: Exception) -> ErrorReport:
    match failure:
        case SuperwhiteError():
            return failure.report()
        case ValidationError():
            return RequestError("This cannot be looked at.", detail=str(failure)).report()
        case MemoryError():
            return InternalError("The memory is not enough to look at this frame.", detail=repr(failure)).report()
        case _:
            detail = "".join(traceback.format_exception(failure))
            log.error("%s", detail)
            return InternalError(f"The view worker failed: {type(failure).__name__}.", detail=detail).report()


def _private_stdout() -> BinaryIO:
    """Standard output for answers alone: whatever a native library prints goes to standard error instead."""
    private = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return private


if __name__ == "__main__":
    sys.exit(main())
