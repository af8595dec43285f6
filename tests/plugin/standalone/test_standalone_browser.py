"""The browser as a person uses it: dropping, clicking, keys, and files that change under it."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QHelpEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from plugin.standalone.browser import StandaloneBrowser
from plugin.standalone.host import StandaloneHost
from tests.plugin.standalone.conftest import saved, shot, span

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def host(connect, tmp_path):
    one = StandaloneHost(connect, tmp_path / "journals")
    yield one
    one.close()


@pytest.fixture
def browser(host, qtbot):
    one = StandaloneBrowser(host)
    qtbot.addWidget(one)
    one.resize(900, 360)
    one.show()
    return one


@pytest.fixture
def reel(edit, medium):
    """V1: a, b (retimed), c, off (disabled); V2: over, above c; V3: a clip whose medium is gone."""
    fast = shot(medium, "b", 0, 20)
    fast.effects.append(otio.schema.LinearTimeWarp(time_scalar=2))
    off = shot(medium, "off", 150, 20)
    off.enabled = False
    gap = otio.schema.Gap(source_range=span(0, 40))
    return saved(
        edit / "cut.otio",
        [shot(medium, "a", 0, 20), fast, shot(medium, "c", 90, 20), off],
        [gap, shot(medium, "over", 200, 20)],
        [shot(edit / "gone.mov", "gone", 0, 10)],
    )


def opened(qtbot, browser, *paths):
    with qtbot.waitSignal(browser.opened):
        browser.open_paths(list(paths))


def middle(browser, name):
    row = [clip.name for clip in browser.model.clips].index(name)
    strip = browser.strip
    return strip._lanes.rect(row, strip._scale()).center().toPoint()


def names(host):
    return [clip.name for clip in host.selection().clips]


def dropped(browser, *urls):
    data = QMimeData()
    data.setUrls([url if isinstance(url, QUrl) else QUrl.fromLocalFile(str(url)) for url in urls])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(50, 50), *how)
    QApplication.sendEvent(browser, enter)
    return enter, lambda: QApplication.sendEvent(browser, QDropEvent(QPointF(50, 50), *how)), data


# Opening


def test_a_dropped_timeline_is_shown_as_tracks_and_clips(qtbot, browser, host, reel):
    assert browser._pages.currentWidget() is browser.empty
    enter, drop, _data = dropped(browser, reel)
    assert enter.isAccepted()
    assert browser._veil.isVisible()
    with qtbot.waitSignal(browser.opened) as signal:
        drop()
    assert signal.args == [reel]
    assert not browser._veil.isVisible()
    assert host.facts().project == str(reel)
    assert browser._pages.currentWidget() is browser.strip
    heights = {name: middle(browser, name).y() for name in ("a", "over", "gone")}
    assert heights["gone"] < heights["over"] < heights["a"]
    assert middle(browser, "over").x() == pytest.approx(middle(browser, "c").x(), abs=1)


def test_a_drag_without_files_is_not_accepted_and_one_that_leaves_is_forgotten(browser, reel):
    enter, *_ = dropped(browser, QUrl("https://example.com/a.otio"))
    assert not enter.isAccepted()
    assert not browser._veil.isVisible()
    dropped(browser, reel)
    QApplication.sendEvent(browser, QDragLeaveEvent())
    assert not browser._veil.isVisible()


def test_a_malformed_timeline_is_said_and_the_former_one_stays(qtbot, browser, host, reel, edit):
    opened(qtbot, browser, reel)
    browser.select_all()
    before = names(host)
    bad = edit / "bad.otio"
    bad.write_text("{ not a timeline")
    with qtbot.waitSignal(browser.failed) as signal:
        browser.open_paths([bad])
    assert signal.args[0].kind == "TimelineUnreadable"
    assert browser.error.isVisible()
    assert "“bad.otio” is not whole JSON." in browser.error.label.text()
    assert "Export the timeline again" in browser.error.label.text()
    assert host.facts().project == str(reel)
    assert names(host) == before
    opened(qtbot, browser, reel)
    assert not browser.error.isVisible()


def test_only_the_last_of_two_openings_counts(qtbot, browser, host, reel, edit, medium):
    other = saved(edit / "other.otio", [shot(medium, "z", 0, 5)])
    with qtbot.waitSignal(browser.opened) as signal:
        browser.open_paths([reel])
        browser.open_paths([other])
    qtbot.wait(200)
    assert signal.args == [other]
    assert host.facts().project == str(other)


def test_loose_clips_are_gathered_chosen_and_removed(qtbot, browser, host, edit, medium):
    for name in ("take10.mov", "take2.mov", "shot.1001.png", "shot.1002.png", "notes.txt"):
        (edit / name).write_bytes(b"x")
    opened(qtbot, browser, medium)
    assert browser._pages.currentWidget() is browser.list
    assert names(host) == ["plate"]
    opened(qtbot, browser, edit)
    assert [browser.model.index(row, 0).data() for row in range(4)] == [
        "plate.mov",
        "shot.####.png",
        "take2.mov",
        "take10.mov",
    ]
    browser.selection.choose_ids({str(edit / "take2.mov")})
    qtbot.keyClick(browser.list, Key.Key_Delete)
    assert [clip.name for clip in host.opened.clips] == ["plate", "shot", "take10"]
    assert (edit / "take2.mov").exists()
    browser.select_all()
    qtbot.mouseClick(browser.head.remove, Qt.MouseButton.LeftButton)
    assert host.facts().project == ""
    assert browser._pages.currentWidget() is browser.empty


# Selecting


def test_clicks_select_and_with_ctrl_they_add(qtbot, browser, host, reel):
    opened(qtbot, browser, reel)
    view, left = browser.strip.viewport(), Qt.MouseButton.LeftButton
    revision = host.selection().revision
    with qtbot.waitSignal(browser.selection_changed):
        qtbot.mouseClick(view, left, pos=middle(browser, "a"))
    assert names(host) == ["a"]
    assert host.selection().revision != revision
    qtbot.mouseClick(view, left, Ctrl, middle(browser, "over"))
    assert names(host) == ["a", "over"]
    qtbot.mouseClick(view, left, Ctrl, middle(browser, "a"))
    assert names(host) == ["over"]
    # What cannot be lifted can be chosen, so that the panel can say why.
    qtbot.mouseClick(view, left, pos=middle(browser, "b"))
    assert [clip.reason for clip in host.selection().clips] == ["retimed: its speed is changed"]
    qtbot.mouseClick(view, left, pos=middle(browser, "gone") + QPoint(300, 0))
    assert names(host) == []


def test_all_are_those_that_can_be_lifted_and_are_on(qtbot, browser, host, reel):
    opened(qtbot, browser, reel)
    qtbot.keyClick(browser.strip, Key.Key_A, Ctrl)
    assert names(host) == ["a", "c", "over"]
    browser.selection.clearSelection()
    browser.head._list.click()
    assert browser._pages.currentWidget() is browser.list
    qtbot.keyClick(browser.list, Key.Key_A, Ctrl)
    assert names(host) == ["a", "c", "over"]


def test_a_rubber_band_takes_what_it_touches(qtbot, browser, host, reel):
    opened(qtbot, browser, reel)
    view = browser.strip.viewport()
    below, above = middle(browser, "b") + QPoint(0, 40), middle(browser, "over") + QPoint(2, 0)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=below)
    qtbot.mouseMove(view, above)
    assert browser.strip._band.isVisible()
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=above)
    assert names(host) == ["c", "over"]
    assert not browser.strip._band.isVisible()


def test_arrows_go_from_clip_to_clip_and_space_takes_them(qtbot, browser, host, reel):
    opened(qtbot, browser, reel)
    strip = browser.strip

    def press(*keys):
        for key in keys:
            qtbot.keyClick(strip, key)

    press(Key.Key_Right, Key.Key_Space)
    assert names(host) == ["a"]
    press(Key.Key_Right, Key.Key_Right, Key.Key_Space)
    assert names(host) == ["a", "c"]
    assert "2 clip(s) selected" in strip.accessibleDescription()
    assert "c, track V1, 00:00:01:16 to 00:00:02:12" in strip.accessibleDescription()
    press(Key.Key_Up, Key.Key_Space, Key.Key_Up, Key.Key_Up)
    assert names(host) == ["a", "c", "over"]
    assert "Cannot be lifted: offline" in strip.accessibleDescription()
    press(Key.Key_Down, Key.Key_Down, Key.Key_Home, Key.Key_Space)
    assert names(host) == ["c", "over"]
    press(Key.Key_End, Key.Key_Escape)
    assert names(host) == []
    assert browser.selection.currentIndex().row() == 3


def test_keys_of_the_strip_win_over_shortcuts_of_the_window(qtbot, browser, host, reel):
    from PySide6.QtGui import QKeySequence, QShortcut

    opened(qtbot, browser, reel)
    taken = []
    shortcut = QShortcut(QKeySequence(Key.Key_Space), browser)
    shortcut.activated.connect(lambda: taken.append(1))
    browser.activateWindow()
    browser.strip.setFocus()
    qtbot.keyClick(browser.strip, Key.Key_Right)
    qtbot.keyClick(browser.strip, Key.Key_Space)
    assert names(host) == ["a"]
    assert taken == []


def test_a_tool_tip_says_why_a_clip_cannot_be_lifted(qtbot, browser, reel):
    opened(qtbot, browser, reel)
    view, where = browser.strip.viewport(), middle(browser, "gone")
    QApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, where, view.mapToGlobal(where)))
    assert "gone.mov is not there" in QToolTip.text()


def test_the_wheel_zooms_around_the_pointer_and_fit_goes_back(qtbot, browser, reel):
    opened(qtbot, browser, reel)
    strip = browser.strip
    where = middle(browser, "c")
    before = strip._scale().across
    for _ in range(6):
        wheel = QWheelEvent(
            QPointF(where),
            QPointF(strip.viewport().mapToGlobal(where)),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Ctrl,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(strip.viewport(), wheel)
    assert strip._scale().across == pytest.approx(before * 1.25**6)
    assert middle(browser, "c").x() == pytest.approx(where.x(), abs=3)
    qtbot.keyClick(strip, Key.Key_Minus)
    assert strip._scale().across == pytest.approx(before * 1.25**5)
    qtbot.mouseClick(browser.head.fit, Qt.MouseButton.LeftButton)
    assert strip._scale().across == pytest.approx(before)
    assert strip.horizontalScrollBar().maximum() == 0


# Rates and changes


def test_an_edl_asks_for_its_rate(qtbot, browser, host, edit, medium):
    source = edit / "cut.edl"
    source.write_text(
        "TITLE: x\n\n001  AX  V  C  00:00:04:04 00:00:05:04 01:00:00:00 01:00:01:00\n"
        f"* FROM CLIP: {medium}\n"
        "002  AX  V  C  00:00:06:28 00:00:07:28 01:00:01:00 01:00:02:00\n"
        f"* FROM CLIP: {medium}\n"
    )
    opened(qtbot, browser, source)
    assert browser.rate.isVisible()
    assert browser.rate._rates.currentText() == "30 fps"
    browser.selection.choose_ids({"V1/1"})
    qtbot.keyClicks(browser.rate._rates, "29.97")
    qtbot.waitUntil(lambda: host.opened.rate == Fraction(30000, 1001))
    assert host.opened.clips[0].rate == "30000/1001"
    # Frame 28 does not exist at 24: what was open stays, and the row says so.
    with qtbot.waitSignal(browser.failed):
        browser.rate.chosen.emit(Fraction(24))
    assert browser.error.isVisible()
    assert browser.rate._rates.currentText() == "29.97 fps"
    assert host.opened.rate == Fraction(30000, 1001)


@pytest.mark.parametrize("how", ["in place", "by another file"])
def test_a_timeline_that_was_exported_again_can_be_reloaded(qtbot, browser, host, reel, medium, how):
    opened(qtbot, browser, reel)
    browser.selection.choose_ids({"V1/1", "V1/3"})
    assert not browser.changed.isVisible()
    items = [shot(medium, "new", 300, 7), shot(medium, "a", 0, 20), shot(medium, "c", 90, 20)]
    if how == "in place":
        saved(reel, items)
    else:
        saved(reel.with_name("fresh.otio"), items).replace(reel)
    qtbot.waitUntil(browser.changed.isVisible)
    assert names(host) == ["a", "c"]
    # It is said again when it changes again, wherever the first message has gone.
    browser.changed.hide()
    os.utime(reel, (1, 1))
    qtbot.waitUntil(browser.changed.isVisible)
    qtbot.mouseClick(browser.changed.button, Qt.MouseButton.LeftButton)
    wanted = [("V1/2", "a"), ("V1/3", "c")]
    qtbot.waitUntil(lambda: [(clip.id, clip.name) for clip in host.selection().clips] == wanted)
    assert not browser.changed.isVisible()


def test_a_file_beside_the_timeline_is_no_change_of_it(qtbot, browser, reel):
    opened(qtbot, browser, reel)
    with qtbot.waitSignal(browser._reader.looked):
        (reel.parent / "cut_hdr.otio").write_text("x")
    assert not browser.changed.isVisible()


def test_what_is_open_survives_a_bridge_that_was_restarted(qtbot, tmp_path, reel):
    from bridge.client import Bridge
    from tests.fakes.service import launching

    home = tmp_path / "own state"
    with launching(home) as launch:
        first = launch()
        host = StandaloneHost(lambda: Bridge.attach_or_start(home=home, start=False), tmp_path / "j")
        browser = StandaloneBrowser(host)
        qtbot.addWidget(browser)
        opened(qtbot, browser, reel)
        first.kill()
        with qtbot.waitSignal(browser.failed) as signal:
            browser.reload()
        assert signal.args[0].kind == "BridgeUnreachable"
        assert host.facts().project == str(reel)
        launch()
        opened(qtbot, browser, reel)
        assert not browser.error.isVisible()
        host.close()


def test_a_browser_that_is_gone_is_not_told_of_what_was_read(qtbot, host, reel):
    browser = StandaloneBrowser(host)
    browser.open_paths([reel])
    browser.deleteLater()
    QApplication.sendPostedEvents(browser, QEvent.Type.DeferredDelete)
    qtbot.wait(300)
    assert host.facts().project == ""


def test_a_thousand_clips_are_found_where_they_lie(qtbot, browser, host, edit, medium):
    many = saved(edit / "many.otio", *[[shot(medium, f"c{n}", n % 400, 24) for n in range(334)] for _ in range(3)])
    opened(qtbot, browser, many)
    browser.select_all()
    assert len(host.selection().clips) == 1002
    for _ in range(12):
        browser.strip.zoom_in()
    qtbot.keyClick(browser.strip, Key.Key_Right)
    qtbot.keyClick(browser.strip, Key.Key_End)
    where = browser.strip._lanes.rect(333, browser.strip._scale())
    assert browser.strip.viewport().rect().contains(where.toAlignedRect())
    qtbot.mouseClick(browser.strip.viewport(), Qt.MouseButton.LeftButton, pos=where.center().toPoint())
    assert [clip.id for clip in host.selection().clips] == ["V1/334"]


def test_everything_that_can_be_used_has_a_name(qtbot, browser, reel):
    from PySide6.QtWidgets import QAbstractButton, QComboBox

    opened(qtbot, browser, reel)
    kinds = (QAbstractButton, QComboBox)
    nameless = [
        widget
        for kind in kinds
        for widget in browser.findChildren(kind)
        if not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []
    assert browser.strip.accessibleName()
    assert browser.list.accessibleName()


def test_paths_are_read_where_this_process_stands(qtbot, browser, host, reel, monkeypatch):
    monkeypatch.chdir(reel.parent)
    opened(qtbot, browser, Path("cut.otio"))
    assert host.facts().project == str(reel)
