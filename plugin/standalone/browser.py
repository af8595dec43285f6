"""What is open, and the choosing of clips: the left side of the standalone panel."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from bridge.domain.errors import ErrorReport
from bridge.domain.host import HostClip
from qt_panels import theme
from qt_panels.notice import Notice

from .clip_list import ClipList
from .clip_model import ClipModel, ClipSelection
from .drop import DropVeil, EmptyPage
from .head import Head
from .host import StandaloneHost
from .loose import MOVIES, STILLS, TIMELINES
from .opened import Opened, Stamp
from .rate_row import RateRow
from .reader import Reader
from .strip import Strip

_SETTLE_MS = 400
"""How long a file must be left alone before it is looked at: programs write in several steps."""


class StandaloneBrowser(QWidget):
    """`opened` is emitted with each path that was opened; what fails is shown here and emitted by `failed`."""

    opened = Signal(object)
    selection_changed = Signal()
    failed = Signal(object)

    def __init__(self, host: StandaloneHost, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self._asked = 0
        self._asked_for: tuple[Path, ...] = ()
        self._again = False
        self.setAcceptDrops(True)
        self.model = ClipModel(self)
        self.selection = ClipSelection(self.model, self)
        self.head = Head()
        self.error = Notice(tint=theme.bad)
        self.changed = Notice()
        self.rate = RateRow()
        self.empty = EmptyPage()
        self.strip = Strip(self.model, self.selection)
        self.list = ClipList(self.model, self.selection)
        self._pages = QStackedWidget()
        for page in (self.empty, self.strip, self.list):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        theme.spaced(column, self, margins=0, spacing=1)
        for row in (self.head, self.error, self.changed, self.rate):
            column.addWidget(row)
        column.addWidget(self._pages, 1)
        self._veil = DropVeil(self)
        self._reader = Reader(host)
        self._watcher = QFileSystemWatcher(self)
        self._settled = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._connect()
        self._present(host.opened, ())

    def _connect(self) -> None:
        self.empty.files_wanted.connect(self.choose_files)
        self.empty.folder_wanted.connect(self.choose_folder)
        self.head.files_wanted.connect(self.choose_files)
        self.head.folder_wanted.connect(self.choose_folder)
        self.head.list_wanted.connect(self.show_list)
        self.head.remove_wanted.connect(self.remove_selected)
        self.head.zoom_out.clicked.connect(self.strip.zoom_out)
        self.head.fit.clicked.connect(self.strip.fit)
        self.head.zoom_in.clicked.connect(self.strip.zoom_in)
        self.list.removal_wanted.connect(self.remove_selected)
        self.rate.chosen.connect(self._reread)
        self.selection.selectionChanged.connect(self._selected)
        self._reader.done.connect(self._read)
        self._reader.failed.connect(self._not_read)
        self._reader.looked.connect(self._looked)
        self._watcher.fileChanged.connect(self._settled.start)
        self._watcher.directoryChanged.connect(self._settled.start)
        self._settled.timeout.connect(self._look)

    # Opening

    def open_paths(self, paths: list[Path]) -> None:
        """Open a timeline instead of what is open; or clips, beside clips that are open already."""
        self._open(paths, None, again=False)

    def reload(self) -> None:
        """Read the timeline anew; what was selected stays so."""
        self._reread(self._host.opened.rate)

    def choose_files(self) -> None:
        media = " ".join(f"*{suffix}" for suffix in sorted(TIMELINES | MOVIES | STILLS))
        dialog = QFileDialog(self, self.tr("Open a timeline or clips"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        known = self.tr("Timelines and clips ({suffixes})").format(suffixes=media)
        dialog.setNameFilters([known, self.tr("All files (*)")])
        self._choose(dialog)

    def choose_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Open a folder of clips"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._choose(dialog)

    def _choose(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, names: list[str]) -> None:
        self.open_paths([Path(name) for name in names])

    def _reread(self, rate: Fraction | None) -> None:
        facts = self._host.opened.facts
        if facts is not None:
            self._open([facts.path], rate, again=True)

    def _open(self, paths: Sequence[Path], rate: Fraction | None, *, again: bool) -> None:
        self._asked += 1
        self._asked_for, self._again = tuple(paths), again
        self.error.hide()
        self._set_busy(True)
        self._reader.read(self._asked, paths, rate)

    def _set_busy(self, busy: bool) -> None:
        self.head.set_busy(busy)
        self.empty.set_busy(busy)

    def _read(self, number: int, opened: Opened) -> None:
        if number != self._asked:
            return
        before = self._host.opened
        selected = self._host.selection().clips
        self._set_busy(False)
        if opened.facts is None:
            fresh = {clip.id for clip in opened.clips}
            if before.facts is None:
                opened = before.with_more(opened)
            self._present(opened, fresh)
        else:
            self._present(opened, _followed(selected, opened.clips) if self._again else ())
        if not self._again:
            for path in self._asked_for:
                self.opened.emit(path)

    def _not_read(self, number: int, error: ErrorReport) -> None:
        if number == self._asked:
            self._set_busy(False)
            self.error.tell(f"{error.sentence}\n{error.remedy}".strip())
            # The row shows the rate that holds, not the one that was refused.
            self._ask_rate(self._host.opened)
            self.failed.emit(error)

    # Showing

    def _present(self, opened: Opened, selected: Collection[str]) -> None:
        self._host.show(opened, selected)
        self.model.show(opened)
        self.head.show_opened(opened)
        self.selection.choose_ids(selected)
        self.changed.hide()
        self._ask_rate(opened)
        self._watch(opened)
        if not opened.clips:
            self._pages.setCurrentWidget(self.empty)
        else:
            self.show_list(opened.facts is None or self.head.is_list)
        self.strip.fit()
        if not selected:  # else the selection has said so
            self.selection_changed.emit()

    def show_list(self, as_list: bool) -> None:
        """The clips of a timeline as a list instead of a strip."""
        self._pages.setCurrentWidget(self.list if as_list else self.strip)

    def _ask_rate(self, opened: Opened) -> None:
        if opened.facts is not None and opened.states_no_rate:
            self.rate.ask(opened.facts.rate)
        else:
            self.rate.hide()

    # Selecting

    def select_all(self) -> None:
        """Every clip that can be lifted and is enabled."""
        self.selection.choose_all()

    def remove_selected(self) -> None:
        """Take the selected loose clips off the list; their files stay."""
        opened = self._host.opened
        if opened.facts is None:
            self._present(opened.less(self.selection.ids), ())

    def _selected(self) -> None:
        ids = self.selection.ids
        self._host.select(ids)
        self.head.show_selected(len(ids))
        self.selection_changed.emit()

    # A timeline that changes on the drive

    def _watch(self, opened: Opened) -> None:
        watched = self._watcher.files() + self._watcher.directories()
        if watched:
            self._watcher.removePaths(watched)
        if opened.facts is not None:
            # The folder too: most programs write a new file and give it the old one's name.
            self._watcher.addPaths([str(opened.facts.path), str(opened.facts.path.parent)])

    def _look(self) -> None:
        facts = self._host.opened.facts
        if facts is not None:
            self._reader.look(facts.path)

    def _looked(self, path: Path, stamp: Stamp | None) -> None:
        opened = self._host.opened
        if opened.facts is None or opened.facts.path != path or stamp is None:
            return
        if str(path) not in self._watcher.files():
            self._watcher.addPath(str(path))
        if stamp != opened.stamp:
            self.changed.tell(self.tr("The timeline has changed."), (self.tr("Reload"), self.reload))

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event):
            event.acceptProposedAction()
            self._veil.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._veil.hide()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        self._veil.hide()
        event.acceptProposedAction()
        self.open_paths(_dropped(event))


def _dropped(event: QDropEvent) -> list[Path]:
    """The files and folders of this machine in a drag."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _followed(selected: Iterable[HostClip], clips: Sequence[HostClip]) -> set[str]:
    """The ids of the selected clips in a timeline that was read anew, where other ids may have become theirs."""
    by_id = {clip.id: clip for clip in clips}
    found: set[str] = set()
    for old in selected:
        same = [clip for clip in clips if _same(clip, old)]
        if old.id in by_id and by_id[old.id] in same:
            found.add(old.id)
        elif same:
            found.add(same[0].id)
    return found


def _same(one: HostClip, other: HostClip) -> bool:
    return (one.name, one.media, one.source_start, one.source_end) == (
        other.name,
        other.media,
        other.source_start,
        other.source_end,
    )
