"""Pictures of the panel beside a host: `python -m tests.panel.host_screens FOLDER HOME CLIP [dark] [LANGUAGE]`.

As `tests.panel.screens`. CLIP is a movie of four frames and more.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from bridge.domain.host import Exported, HostClip, HostMask
from bridge.domain.job import is_final
from qt_panels.memory import Memory
from qt_panels.window import PanelWindow
from tests.clips import write_numbered_pngs
from tests.fakes.host import BUSY, GONE, FakeHost
from tests.panel.look.test_remote_form import pick_mask
from tests.panel.screens import Camera, application

MASKS = (HostMask("m1", "Sky", "mask"), HostMask("a", "", "alpha"))


def clips(movie: Path) -> tuple[HostClip, ...]:
    cut = {"rate": "25", "source_rate": "25", "record_end": 4, "source_end": 4}
    one = HostClip("V1/1", "street", str(movie), masks=MASKS, **cut)
    retimed = replace(
        one, id="V1/2", name="slow", liftable=False, exportable=True, reason="The clip is retimed.", masks=()
    )
    compound = replace(
        retimed, id="V1/3", name="titles", media=None, reason="A compound clip has no media of its own."
    )
    offline = replace(
        one, id="V1/4", name="gone", media=None, liftable=False, reason="The media is offline.", masks=()
    )
    return one, retimed, compound, offline


def rendered(clip: str, folder: Path, handles: int) -> Exported:
    count = 4 + 2 * handles
    write_numbered_pngs(folder / "r.%08d.png", range(1001, 1001 + count))
    return Exported(str(folder / "r.%08d.png"), "25", 1001, count, handles, handles)


def mask(clip: str, mask: str, folder: Path) -> str:
    write_numbered_pngs(folder / "m.%08d.png", range(1001, 1005))
    return str(folder / "m.%08d.png")


class Beside(Camera):
    def __init__(self, app: QApplication, folder: Path, home: Path, movie: Path) -> None:
        memory = Memory.in_file(folder / "memory.ini")
        output = str(folder.parent / "out")
        memory.preferences = memory.preferences.model_copy(update={"folder": output, "handles": 2})
        self.host = FakeHost(renders=rendered, masks=mask, shows_jobs=True)
        self.host.notes = ("Select strips in the sequencer, or set the playhead over one.",)
        self.movie = movie
        self.window: PanelWindow = PanelWindow(home, self.host, memory, "host window")
        super().__init__(app, folder, self.window)

    def all(self) -> None:
        panel, host = self.window.panel, self.host
        self.window.resize(1440, 900)
        self.window.show()
        self.until(lambda: panel.look.choice.state.text())
        self.take("host_nothing")
        every = clips(self.movie)
        host.select(every[3])
        self.until(lambda: panel.clips.status.isVisible())
        self.take("host_unsuitable")
        host.select(*every)
        self.until(lambda: len(panel.clips_model.ready) == 3)
        pick_mask(panel.look, panel.look.masks.box.itemText(1))
        self.take("host_masks")
        panel.clips.select("V1/1")
        panel.look.masks.edges.more.setChecked(True)
        panel.look.masks.edges.fields["feather"].set_value(6.0)
        host.gate.clear()
        panel.go.button.click()
        self.until(panel.rendering.isVisible)
        self.take("host_rendering")
        panel.starting.rendering.stop()
        self.take("host_stopping")
        host.gate.set()
        self.until(lambda: not panel.rendering.isVisible())
        self.until(lambda: all(is_final(job.state) for job in panel.jobs_model.jobs))
        host.fails = BUSY
        self.until(lambda: panel.clips.status.isVisible())
        self.take("host_busy")
        host.fails = GONE
        panel.refresh_host()
        self.until(panel.away.isVisible)
        self.window.resize(560, 900)
        self.take("host_gone")


def main(folder: Path, home: Path, movie: Path, *wishes: str) -> int:
    photographer = Beside(application(folder, wishes), folder, home, movie)
    photographer.all()
    photographer.window.close()
    sys.stdout.write("\n".join(photographer.tight))
    return 1 if photographer.tight else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:4]), *sys.argv[4:]))
