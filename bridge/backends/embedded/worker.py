"""The engine worker process: one order on standard input, answers on standard output, then it is gone.

python -m bridge.backends.embedded.worker
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from typing import TextIO

from pydantic import ValidationError

from bridge.domain.errors import InternalError, JobCancelled, SuperwhiteError
from bridge.domain.job import JobState
from bridge.engines.protocol import Answer, Broken, Finished, Instruction, Progress, Stop, WorkOrder

_NICENESS = 5


def main() -> int:
    """Exit status 0 when an answer was given, whatever it was."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s worker %(levelname)s %(message)s")
    _step_back()
    answers = _private_stdout()
    line = sys.stdin.readline()
    if not line:
        return 1
    try:
        order = Instruction.validate_json(line)
    except ValidationError as error:
        logging.getLogger(__name__).error("unreadable order: %s", error)
        return 2
    if not isinstance(order, WorkOrder):
        return 2
    stopped = threading.Event()
    threading.Thread(target=_listen, args=(stopped,), name="orders", daemon=True).start()

    def report(state: JobState) -> None:
        if stopped.is_set():
            raise JobCancelled("The job was cancelled.")
        _answer(answers, Progress(state=state))

    try:
        # Imported late: the order is read, and a stop is heard, while the pixel libraries load.
        from .work import carry_out

        _answer(answers, Finished(result=carry_out(order, report)))
    except SuperwhiteError as error:
        _answer(answers, Broken(error=error.report()))
    except Exception as error:  # noqa: BLE001 - the process boundary: nothing may leave it unsaid
        detail = traceback.format_exc()
        logging.getLogger(__name__).error("%s", detail)
        failure = InternalError(f"The engine worker failed: {type(error).__name__}: {error}", detail=detail)
        _answer(answers, Broken(error=failure.report()))
    return 0


def _step_back() -> None:
    """Leave the processor to whoever sits at this machine; the bridge, too, has to answer while frames are made."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)


def _private_stdout() -> TextIO:
    """Standard output for answers alone: whatever a native library prints goes to standard error instead."""
    private = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    return private


def _answer(stream: TextIO, answer: Progress | Finished | Broken) -> None:
    stream.write(Answer.dump_json(answer).decode() + "\n")
    stream.flush()


def _listen(stopped: threading.Event) -> None:
    for line in sys.stdin:
        try:
            instruction = Instruction.validate_json(line)
        except ValidationError:
            continue
        if isinstance(instruction, Stop):
            stopped.set()
    # The bridge is gone, and with it the one who would read an answer. Frames under their final names are whole.
    os._exit(3)


if __name__ == "__main__":
    sys.exit(main())
