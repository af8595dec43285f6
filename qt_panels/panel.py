"""The panel: its parts, and what happens between them. It runs as a window of its own or docked in a host."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bridge.client import calls, plates
from bridge.domain.capability import Capability
from bridge.domain.errors import ErrorReport
from bridge.domain.host import Host, HostFacts, Selection
from bridge.domain.job import Job
from bridge.domain.settings import BackendState, BridgeSettings

from . import theme
from .actions import assign, described
from .arrangement import Arrangement, Part, Scrolled
from .clips.model import ClipRow, ClipsModel
from .clips.view import ClipsView
from .go import GoBar
from .host_desk import HostDesk
from .host_watch import HostWatch
from .importing import Importing
from .jobs.board import JobBoard
from .jobs.model import JobsModel
from .jobs.view import JobsView
from .link import Link
from .look.panel import LookPanel
from .memory import Memory
from .notice import Notice
from .pictures import Pictures
from .problem import ProblemBox
from .rendering import Progress
from .reusing import look_of
from .starting import Starting
from .viewer.viewer import Viewer


class Panel(QWidget):
    """`source` is a widget of the host's own from which clips are chosen, where the host has no other place for it."""

    settings_wanted = Signal(str)
    """The page of the settings to be opened; empty for the first."""
    host_lost = Signal()
    """The application has gone; once, until it is back. A window that it has opened has nothing to stay for."""

    def __init__(
        self, link: Link, host: Host, memory: Memory, source: QWidget | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._link = link
        self._memory = memory
        self._facts: HostFacts | None = None
        self._revision = ""
        self._known_before: set[str] = set()
        self._listed: set[str] = set()
        self.desk = HostDesk(host, self)
        self.watch = HostWatch(self.desk, self)
        self.pictures = Pictures(link, self)
        self.jobs_model = JobsModel(self.pictures, self)
        self.clips_model = ClipsModel(link, self.pictures, self)
        self.importing = Importing(link, self.desk, self.jobs_model, lambda: memory.preferences, self)
        self.clips = ClipsView(self.clips_model)
        self.look = LookPanel(link, memory)
        self.viewer = Viewer(link)
        self.jobs = JobsView(link, self.jobs_model)
        self.go = GoBar(memory)
        self.starting = Starting(
            link, self.desk, memory, self.clips_model, self.look, self.go, self.jobs_model, self.importing, self
        )
        self.board = JobBoard(self.desk, self.jobs_model, self)
        self.offline = Notice(self, closable=False)
        self.away = Notice(self, closable=False, tint=theme.care)
        self.rendering = Notice(self, closable=False)
        self.notice = Notice(self)
        self.problems = ProblemBox(self)
        self.arrangement = Arrangement(
            memory,
            ((Part(self.tr("Open"), source),) if source else ()) + (Part(self.tr("Selected clips"), self.clips),),
            (Part(self.tr("Viewer"), self.viewer), Part(self.tr("Jobs"), self.jobs)),
            Part(self.tr("Backend and look"), Scrolled(self.look)),
        )
        self._lay_out()
        self._actions = self._make_actions()
        assign(self.commands)
        self._connect()
        self.refresh_host()

    # For whoever holds the panel

    @property
    def commands(self) -> tuple[QAction, ...]:
        """Every action of the panel, each with its keys."""
        return (*self._actions, self.clips.edit, *self.jobs.commands, *self.viewer.commands)

    @property
    def shortcuts(self) -> list[tuple[str, str]]:
        return described(self.commands)

    def refresh_host(self) -> None:
        """Ask the host now what is open and selected."""
        self.watch.refresh()

    def set_preferences_changed(self) -> None:
        """The settings dialog has changed what is kept in memory."""
        self.go.preferences_changed()
        self._revision = ""
        self.refresh_host()

    def close_down(self) -> None:
        """The window closes: jobs go on in the bridge; nothing is asked."""
        self.watch.stop()
        self.board.pause()
        self.starting.rendering.stop()
        self.arrangement.keep()
        self.viewer.pause()
        self.desk.stop()
        self._link.stop()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.close_down()
        super().closeEvent(event)

    # Building

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for bar in (self.offline, self.away, self.problems, self.rendering, self.notice):
            layout.addWidget(bar)
        layout.addWidget(self.arrangement, 1)
        layout.addWidget(self.go)

    def _make_actions(self) -> tuple[QAction, ...]:
        def action(name: str, text: str) -> QAction:
            made = QAction(text, self)
            made.setObjectName(name)
            self.addAction(made)
            return made

        lift = action("lift", self.tr("Start with the selected clips"))
        lift.triggered.connect(self.starting.start)
        settings = action("settings", self.tr("Settings …"))
        settings.triggered.connect(lambda: self.settings_wanted.emit(""))
        search = action("search", self.tr("Search jobs"))
        search.triggered.connect(lambda: self._focus(self.jobs, self.jobs.search))
        clips = action("focus_clips", self.tr("Go to the clips"))
        clips.triggered.connect(lambda: self._focus(self.clips, self.clips.list))
        look = action("focus_look", self.tr("Go to backend and look"))
        look.triggered.connect(lambda: self._focus(self.look, self.look))
        viewer = action("focus_viewer", self.tr("Go to the viewer"))
        viewer.triggered.connect(lambda: self._focus(self.viewer, self.viewer))
        jobs = action("focus_jobs", self.tr("Go to the jobs"))
        jobs.triggered.connect(lambda: self._focus(self.jobs, self.jobs.list))
        return lift, settings, search, clips, look, viewer, jobs

    def _focus(self, part: QWidget, inner: QWidget) -> None:
        self.arrangement.reveal(part)
        inner.setFocus()

    def _connect(self) -> None:
        link = self._link
        link.connected.connect(self._connected)
        link.lost.connect(self._lost)
        link.listed.connect(self._take_list)
        link.changed.connect(self.jobs_model.take_events)
        self.watch.seen.connect(self._take_host)
        self.watch.lost.connect(self._host_gone)
        self.watch.busy.connect(self._host_busy)
        self.starting.rendering.told.connect(self._tell_rendering)
        for source in (link, self.desk, self.watch, self.importing, self.look, self.starting):
            source.failed.connect(self.problems.show_report)
        self.look.choice.key_wanted.connect(lambda: self.settings_wanted.emit("endpoints"))
        self.jobs_model.unknown.connect(self._list_again)
        self.clips_model.changed.connect(self._show_mask)
        self.clips.shown.connect(self._show_clip)
        self.clips.edit_wanted.connect(self._edit_clip)
        self.jobs.shown.connect(self._show_job)
        self.jobs.settings_wanted.connect(self._use_settings)
        self.jobs.import_wanted.connect(self.importing.put)
        self.jobs.revert_wanted.connect(self.importing.take_back)
        self.jobs.problem_wanted.connect(self._tell_problem)
        self.jobs.forgotten.connect(self._forget_plates)
        self.importing.told.connect(self._tell_import)
        self.jobs_model.ended.connect(self._job_ended)

    # The bridge

    def _connected(self) -> None:
        self.offline.hide()
        self._known_before = {job.id for job in self.jobs_model.jobs}
        self._listed = set()
        self.refresh_bridge()
        self.viewer.refresh()

    def refresh_bridge(self) -> None:
        """Read anew what the bridge offers, and how it stands with its backends."""
        self._link.ask(self, calls.capabilities(), self._take_capabilities, key="capabilities")
        self._link.ask(self, calls.settings(), self._take_settings, key="settings")
        self._link.ask(self, calls.backends(), self._take_states, key="backends")

    def _lost(self, error: ErrorReport) -> None:
        text = self.tr("{sentence} Trying to reach it again. Jobs are kept; {remedy}").format(
            sentence=error.sentence, remedy=error.remedy
        )
        self.offline.tell(text)

    def _take_list(self, jobs: tuple[Job, ...], more: bool) -> None:
        self._listed |= {job.id for job in jobs}
        self.jobs_model.take_list(jobs)
        if not more:
            for gone in self._known_before - self._listed:
                self.jobs_model.forget(gone)

    def _list_again(self) -> None:
        self._link.ask(self, calls.jobs(100), self.jobs_model.take_list, key="list")

    def _take_capabilities(self, capabilities: tuple[Capability, ...]) -> None:
        self.jobs_model.set_capabilities(capabilities)
        self.look.set_capabilities(capabilities)
        self.clips_model.look_again()
        self.starting.count()

    def _take_states(self, states: tuple[BackendState, ...]) -> None:
        self.jobs_model.set_states(states)
        self.look.set_states(states)

    def _take_settings(self, settings: BridgeSettings) -> None:
        self.look.set_bridge_settings(settings)
        self.starting.set_bridge_settings(settings)

    # The host

    def _take_host(self, facts: HostFacts, selection: Selection) -> None:
        self.away.hide()
        self.clips.set_busy("")
        self._facts = facts
        for part in (self.importing, self.go, self.starting, self.board):
            part.set_host(facts)
        handles, can = self._memory.preferences.handles, facts.abilities
        revision = f"{facts.project}|{selection.revision}|{handles}|{can.export}|{can.masks}"
        if revision != self._revision:
            self._revision = revision
            chosen = self.clips.current
            self.look.take_clips(selection.clips, masks=can.masks)
            self.clips.set_notes(selection.notes)
            self.clips_model.take_selection(selection, handles, facts.title if can.export else "")
            if chosen:
                self.clips.select(chosen.clip.id)

    @property
    def _host_title(self) -> str:
        return self._facts.title if self._facts else self.tr("The application")

    def _host_gone(self, error: ErrorReport) -> None:
        text = self.tr("{host} has gone. Jobs go on without it; import their results when it is back.")
        self.away.tell(text.format(host=self._host_title))
        self.away.setToolTip(f"{error.sentence} {error.remedy}")
        self.clips.set_busy("")
        self.board.pause()
        self.host_lost.emit()

    def _host_busy(self) -> None:
        self.board.pause()
        text = self.tr("{host} is busy. The selection is read again when it has time.")
        self.clips.set_busy(text.format(host=self._host_title))

    def _tell_rendering(self, progress: Progress | None) -> None:
        if progress is None:
            self.rendering.hide()
        elif progress.stopping:
            text = self.tr("Stops when {host} has rendered “{clip}”, which is not used.")
            self.rendering.tell(text.format(host=self._host_title, clip=progress.clip))
        else:
            text = self.tr("{host} renders “{clip}” first, {place} of {total}.").format(
                host=self._host_title, clip=progress.clip, place=progress.place, total=progress.total
            )
            self.rendering.tell(text, (self.tr("Stop"), self.starting.rendering.stop))

    # Between the parts

    def _show_mask(self) -> None:
        """The mask is about the clip that is chosen in the list, or the only one in it."""
        rows = self.clips_model.rows
        row = self.clips.current or (rows[0] if len(rows) == 1 else None)
        self.look.set_clip(row.clip.id if row else "", row.clip.name if row else "")

    def _show_clip(self, row: ClipRow | None) -> None:
        self._show_mask()
        if row and row.clip.media and row.report and not row.report.error:
            self.viewer.show_clip(Path(row.clip.media), None)

    def _show_job(self, job: Job | None) -> None:
        if job:
            self.viewer.show_job(job)

    def _job_ended(self, job: Job) -> None:
        chosen = [each.id for each in self.jobs.selected]
        if chosen == [job.id]:
            self.viewer.show_job(job)
        elif not chosen:
            self.jobs.select(job.id)
        self.starting.count()  # what it has taught about time counts for the next

    def _edit_clip(self, row: ClipRow) -> None:
        self.look.edit_clip(row.clip.id, row.clip.name)
        self.arrangement.reveal(self.look)

    def _use_settings(self, job: Job) -> None:
        self.look.use(look_of(job.request))
        origin, mask = job.request.origin, job.request.mask
        here = origin and self._facts and (origin.host, origin.project) == (self._facts.name, self._facts.project)
        clips = [row.clip.id for row in self.clips_model.rows]
        if mask and origin and here and origin.clip in clips:
            self.look.masks.put(origin.clip, mask.path)
        elif mask and len(clips) == 1:
            self.look.masks.put(clips[0], mask.path)
        self.arrangement.reveal(self.look)

    def _forget_plates(self, job: Job) -> None:
        plates.remove_of(job.request, [each.request for each in self.jobs_model.jobs])

    def _tell_problem(self, job: Job) -> None:
        error = getattr(job.state, "error", None)
        if isinstance(error, ErrorReport):
            self.problems.show_report(error, f"job {job.id}")

    def _tell_import(self, sentence: str, jobs: tuple[Job, ...]) -> None:
        revertible = bool(jobs) and self._facts is not None and self._facts.abilities.revert
        ids = [job.id for job in jobs]

        def revert() -> None:
            self.importing.take_back(job for id in ids if (job := self.jobs_model.job(id)))

        self.notice.tell(sentence, (self.tr("Revert"), revert) if revertible else None)
