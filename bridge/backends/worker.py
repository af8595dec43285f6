"""The engine worker process: one order on standard input, answers on standard output, then it is gone.

python -m bridge.backends.worker
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import TextIO

from pydantic import ValidationError

from bridge.domain.errors import JobCancelled
from bridge.domain.job import JobState
from bridge.engines.protocol import (
    Answer,
    AnyOrder,
    Broken,
    Finished,
    FramesOrder,
    Grown,
    Instruction,
    MovieOrder,
    PlateOrder,
    Prepared,
    Progress,
    Result,
    Stop,
    UnpackOrder,
    WorkOrder,
)

from .answering import begin, broken

Report = Callable[[JobState], None]


class Instructions:
    """What the bridge has said since it gave the order."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._stopped = False
        self._size = 0
        self._complete = False

    def take(self, instruction: Grown | Stop) -> None:
        with self._changed:
            match instruction:
                case Stop():
                    self._stopped = True
                case Grown(size=size, complete=complete):
                    self._size, self._complete = size, complete
            self._changed.notify_all()

    def check(self) -> None:
        """Raises `JobCancelled` once the work is to stop."""
        if self._stopped:
            raise JobCancelled("The job was cancelled.")

    def wait_for(self, size: int) -> int:
        """Wait until `size` bytes of the file that grows are there, or all of it; how many are there.

        Raises `JobCancelled`.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or self._complete or self._size >= size)
            self.check()
            return self._size


def main() -> int:
    """Exit status 0 when an answer was given, whatever it was."""
    answers = begin("worker")
    line = sys.stdin.readline()
    if not line:
        return 1
    try:
        order = Instruction.validate_json(line)
    except ValidationError as error:
        logging.getLogger(__name__).error("unreadable order: %s", error)
        return 2
    if isinstance(order, Grown | Stop):
        return 2
    instructions = Instructions()
    threading.Thread(target=_listen, args=(instructions,), name="orders", daemon=True).start()

    def report(state: JobState) -> None:
        instructions.check()
        _answer(answers, Progress(state=state))

    try:
        _answer(answers, _carry_out(order, report, instructions))
    except Exception as error:  # noqa: BLE001 - the process boundary
        _answer(answers, broken(error))
    return 0


def _carry_out(order: AnyOrder, report: Report, instructions: Instructions) -> Result:
    # Imported late: the order is read, and a stop is heard, while the pixel libraries load.
    match order:
        case WorkOrder():
            from .embedded.work import carry_out

            return Finished(result=carry_out(order, report))
        case PlateOrder():
            from .remote.plates import write_plates

            return Prepared(plates=write_plates(order, report))
        case UnpackOrder():
            from .remote.unpack import unpack

            return Finished(result=unpack(order, instructions, report))
        case FramesOrder():
            from .remote.gathered import gather

            return Finished(result=gather(order, instructions, report))
        case MovieOrder():
            from .remote.movie import take_movie

            return Finished(result=take_movie(order, report))


def _answer(stream: TextIO, answer: Progress | Result | Broken) -> None:
    stream.write(Answer.dump_json(answer).decode() + "\n")
    stream.flush()


def _listen(instructions: Instructions) -> None:
    for line in sys.stdin:
        try:
            instruction = Instruction.validate_json(line)
        except ValidationError:
            continue
        if isinstance(instruction, Grown | Stop):
            instructions.take(instruction)
    # The bridge is gone, and with it the one who would read an answer. Frames under their final names are whole.
    os._exit(3)


if __name__ == "__main__":
    sys.exit(main())
