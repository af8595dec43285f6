"""The viewer on a bridge that is slow, late, damaged or gone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtTest import QTest

from bridge.domain.job import Queued, Ready
from bridge.domain.view import FALSE_COLORS, ClipSubject, JobSubject
from qt_panels.viewer import feed as feeds
from qt_panels.viewer.feed import Feed, Show
from qt_panels.viewer.player import Player
from qt_panels.viewer.ppm import image_of
from qt_panels.viewer.scopes import pq_signal
from qt_panels.viewer.verdict import verdict
from qt_panels.viewer.viewer import Viewer
from tests.fakes.viewing import FakeViewing
from tests.panel.made import deliverable, job

AFTER = Show(("after",), "display", 0.0, 320, 180)
BOTH = Show(("before", "after"), "display", 0.0, 320, 180)
JOB = job("a", Ready(result=deliverable(measures={"max_cll": 812, "max_fall": 97, "seams": []})))


@pytest.fixture
def viewing(qapp):
    return FakeViewing()


@pytest.fixture
def viewer(viewing, qtbot):
    made = Viewer(viewing)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    return made


def shown_of(feed):
    shown = []
    feed.shown.connect(lambda wish, images: shown.append((wish.frame, set(images))))
    return shown


def shade(viewer, x=0.5):
    rect = viewer.canvas.picture_rect()
    image = viewer.canvas.grab().toImage()
    ratio = image.devicePixelRatio()
    at = QPointF(rect.x() + rect.width() * x, rect.center().y()) * ratio
    return image.pixelColor(at.toPoint()).red()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"P6 1 1 255\n\0\0",
        b"P6 1 1 255\n\0\0\0\0",
        b"P5 1 1 255\n\0",
        b"P6 0 1 255\n",
        b"P6 1 1 65535\n\0\0\0\0\0\0",
        b"P6 99999 99999 255\n",
        b"P6 -1 1 255\n\0\0\0",
        b"<html></html>",
    ],
)
def test_what_is_no_picture_is_none(data):
    assert image_of(data) is None


def test_a_picture_keeps_its_pixels_when_the_bytes_are_gone():
    image = image_of(b"P6 2 1 255\n" + bytes([1, 2, 3, 4, 5, 6]))
    assert (image.pixelColor(1, 0).red(), image.pixelColor(1, 0).blue()) == (4, 6)


@pytest.mark.parametrize("show", [AFTER, BOTH])
def test_a_slider_that_never_rests_starves_nobody(viewing, qtbot, show):
    viewing.delay = 20
    feed = Feed(viewing)
    shown = shown_of(feed)
    feed.look_at(JobSubject(job="a"))
    for frame in range(60):
        feed.want(frame, show)
        qtbot.wait(8)
    qtbot.waitUntil(lambda: bool(shown) and shown[-1][0] == 59)
    assert len(shown) >= 8
    assert [frame for frame, _ in shown] == sorted(frame for frame, _ in shown)
    assert all(sides == set(show.sides) for _, sides in shown)
    assert viewing.most_at_once <= feeds.AT_A_TIME


def test_late_pictures_never_take_the_place_of_newer_ones(viewing, qtbot):
    viewing.jumble = True
    feed = Feed(viewing)
    shown = shown_of(feed)
    feed.look_at(JobSubject(job="a"))
    for frame in (90, 10, 80, 20, 70, 30, 60, 40, 50):
        feed.want(frame, AFTER)
        qtbot.wait(10)
    qtbot.waitUntil(lambda: bool(shown) and shown[-1][0] == 50)
    qtbot.wait(100)
    order = [90, 10, 80, 20, 70, 30, 60, 40, 50]
    places = [order.index(frame) for frame, _ in shown]
    assert places == sorted(places)


def test_what_was_asked_of_another_subject_is_dropped(viewing, qtbot):
    viewing.delay = 50
    feed = Feed(viewing)
    shown = shown_of(feed)
    feed.look_at(JobSubject(job="a"))
    feed.want(1, AFTER)
    feed.look_at(JobSubject(job="b"))
    feed.want(2, AFTER)
    qtbot.waitUntil(lambda: bool(shown))
    qtbot.wait(100)
    assert [frame for frame, _ in shown] == [2]


def test_what_is_kept_is_bounded_and_used_again(viewing, qtbot):
    viewing.delay = 0
    feed = Feed(viewing)
    before, feeds.CACHE_BYTES = feeds.CACHE_BYTES, 20 * 640 * 360 * 4
    try:
        feed.look_at(JobSubject(job="a"))
        shown = shown_of(feed)
        show = Show(("after",), "display", 0.0, 640, 360)
        for frame in range(60):
            feed.want(frame, show)
            qtbot.waitUntil(lambda frame=frame: shown[-1:] == [(frame, {"after"})])
            assert feed.bytes_kept <= feeds.CACHE_BYTES
        asked = len(viewing.asked)
        feed.want(58, show)
        assert shown[-1][0] == 58
        assert len(viewing.asked) == asked
    finally:
        feeds.CACHE_BYTES = before


@pytest.mark.parametrize("trap", ["short", "huge", "html"])
def test_a_damaged_picture_is_said_and_the_viewer_lives_on(viewer, viewing, qtbot, trap):
    viewer.show_job(JOB)
    qtbot.waitUntil(lambda: bool(viewer.canvas._images))
    viewing.trap = trap
    viewer.show_frame(30)
    qtbot.waitUntil(lambda: "damaged" in viewer.canvas._message)
    viewing.trap = ""
    viewer.show_frame(31)
    qtbot.waitUntil(lambda: bool(viewer.canvas._images))
    assert shade(viewer) == 81


@pytest.mark.parametrize(("trap", "word"), [("gone", "Reconnect it"), ("lost", "went away")])
def test_a_subject_that_is_gone_is_said_with_what_to_do(viewer, viewing, qtbot, trap, word):
    viewing.trap = trap
    viewer.show_job(JOB)
    qtbot.waitUntil(lambda: word in viewer.canvas._message)
    assert not viewer.controls.isEnabled()
    viewing.trap = ""
    viewer.refresh()
    qtbot.waitUntil(lambda: bool(viewer.canvas._images))
    assert viewer.controls.isEnabled()


def test_a_job_without_result_shows_nothing(viewer):
    viewer.show_job(job("b", Queued()))
    assert viewer.canvas._images == {}
    assert "nothing to see" in viewer.canvas._message


def test_space_turns_to_the_other_side_and_the_split_shows_both(viewer, viewing, qtbot):
    viewer.show_job(JOB)
    qtbot.waitUntil(lambda: bool(viewer.canvas._images))
    assert shade(viewer) == 50
    viewer.command("toggle_side").trigger()
    qtbot.waitUntil(lambda: shade(viewer) == 20)
    viewer.command("split").trigger()
    qtbot.waitUntil(lambda: set(viewer.canvas._images) == {"before", "after"})
    assert (shade(viewer, 0.3), shade(viewer, 0.7)) == (20, 50)
    viewer.canvas.set_split(0.2)
    assert (shade(viewer, 0.1), shade(viewer, 0.3)) == (20, 50)
    rect = viewer.canvas.picture_rect()
    start = QPoint(round(rect.x() + rect.width() * 0.2), round(rect.center().y()))
    QTest.mousePress(viewer.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(viewer.canvas, QPoint(round(rect.x() + rect.width() * 0.8), start.y()))
    QTest.mouseRelease(viewer.canvas, Qt.MouseButton.LeftButton)
    assert viewer.canvas.split == pytest.approx(0.8, abs=0.02)
    viewer.command("split_left").trigger()
    assert viewer.canvas.split == pytest.approx(0.75, abs=0.02)


def test_exposure_and_mode_are_asked_of_the_bridge(viewer, viewing, qtbot):
    viewer.show_job(JOB)
    qtbot.waitUntil(lambda: bool(viewer.canvas._images))
    viewer.controls.exposure.slider.setValue(-10)
    qtbot.waitUntil(lambda: viewing.asked[-1].exposure == -2.5)
    viewer.command("exposure_reset").trigger()
    viewer.command("tone_mapped").trigger()
    qtbot.waitUntil(lambda: (viewing.asked[-1].mode, viewing.asked[-1].exposure) == ("tone_mapped", 0))
    assert not viewer.legend.isVisible()
    viewer.command("false_color").trigger()
    qtbot.waitUntil(lambda: viewing.asked[-1].mode == "false_color")
    assert viewer.legend.isVisible()
    colors = viewer.legend.grab().toImage()
    for place, band in enumerate(FALSE_COLORS):
        at = QPoint(round((place + 0.5) * colors.width() / len(FALSE_COLORS)), 3)
        found = colors.pixelColor(at)
        assert (found.red(), found.green(), found.blue()) == band.rgb


def test_pictures_are_asked_for_as_large_as_they_are_shown(viewer, viewing, qtbot):
    viewing.facts = viewing.facts.model_copy(update={"width": 3840, "height": 2160})
    viewer.show_job(JOB)
    qtbot.waitUntil(lambda: bool(viewer.canvas._images))
    fit = viewing.asked[-1].width
    assert viewer.canvas.picture_rect().width() <= fit < viewer.canvas.picture_rect().width() + 65
    viewer.command("actual_size").trigger()
    qtbot.waitUntil(lambda: viewing.asked[-1].width == 3840)
    assert viewer.canvas.scale == 1.0
    viewer.command("fit").trigger()
    assert viewer.canvas.picture_rect().width() <= viewer.canvas.width()


def test_zoom_keeps_the_point_under_the_pointer(viewer, viewing, qtbot):
    viewer.show_job(JOB)
    qtbot.waitUntil(lambda: bool(viewer.canvas._images))
    at = QPointF(viewer.canvas.width() * 0.3, viewer.canvas.height() * 0.6)
    before = viewer.canvas.frame_point(at)
    viewer.canvas.zoom_to(3.0, at)
    after = viewer.canvas.frame_point(at)
    assert abs(before.x() - after.x()) <= 1
    assert abs(before.y() - after.y()) <= 1


def test_pixels_that_are_not_square_are_shown_so(viewer):
    viewer.canvas.set_frame_size(QSize(720, 576), 64 / 45)
    rect = viewer.canvas.picture_rect()
    assert rect.width() / rect.height() == pytest.approx(720 * 64 / 45 / 576)


def test_the_light_under_the_pointer_is_read_out(viewer, qtbot):
    viewer.show_job(JOB)
    qtbot.waitUntil(lambda: bool(viewer.canvas._images))
    QTest.mouseMove(viewer.canvas, viewer.canvas.rect().center())
    qtbot.waitUntil(lambda: "812" in viewer.readout.text())
    assert "R 4.0000" in viewer.readout.text()
    assert viewer.readout.text().startswith(("320, 180", "319, 179"))


def test_scopes_are_asked_for_only_while_they_are_seen(viewer, viewing, qtbot):
    viewer.show_job(JOB)
    qtbot.waitUntil(lambda: bool(viewer.canvas._images))
    qtbot.wait(300)
    assert "/v1/view/scopes" not in viewing.others
    viewer.command("scopes").trigger()
    qtbot.waitUntil(lambda: viewer.scopes.accessibleDescription().startswith("Peak 1000"))
    for frame in range(10):
        viewer.show_frame(frame)
        qtbot.wait(15)
    qtbot.wait(400)
    assert viewing.others.count("/v1/view/scopes") <= 4


def test_the_pq_signal_is_that_of_the_standard():
    # SMPTE ST 2084 and BT.2408: reference white 203 cd/m2 is 58 % PQ, 1000 cd/m2 75 %.
    assert pq_signal(10000) == pytest.approx(1.0)
    assert pq_signal(203) == pytest.approx(0.58, abs=0.002)
    assert pq_signal(1000) == pytest.approx(0.7518, abs=0.0005)


def test_playing_follows_the_clock_and_says_what_it_reaches(qtbot):
    clock = [0.0]
    player = Player(clock=lambda: clock[0])
    frames, rates = [], []
    player.moved.connect(frames.append)
    player.reached.connect(rates.append)
    player.play(90, 100, 25)
    for _ in range(20):
        clock[0] += 0.1
        player._tick()
        player.was_shown()
    assert frames[:5] == [92, 95, 97, 0, 2]
    assert rates[-1] == pytest.approx(10, rel=0.15)
    player.pause()
    assert not player.playing


def test_a_clip_before_it_is_lifted_has_one_side(viewer, viewing, qtbot):
    viewing.facts = viewing.facts.model_copy(update={"sides": ("before",)})
    viewer.show_clip("/plates/shot.mov", None)
    qtbot.waitUntil(lambda: bool(viewer.canvas._images))
    assert isinstance(viewing.asked[-1].subject, ClipSubject)
    assert not viewer.command("split").isEnabled()
    assert "frame 1 of 100" in viewer.controls.position.text()


def test_ten_thousand_frames(viewer, viewing, qtbot):
    viewing.facts = viewing.facts.model_copy(update={"frames": 10_000})
    viewer.show_job(JOB)
    qtbot.waitUntil(lambda: bool(viewer.canvas._images))
    viewer.command("last_frame").trigger()
    qtbot.waitUntil(lambda: "frame 10000 of 10000" in viewer.controls.position.text())
    assert viewing.asked[-1].frame == 9999
    viewer.command("next_frame").trigger()
    assert viewer._frame == 9999


def test_figures_in_plain_words():
    measures = {
        "max_cll": 812,
        "max_fall": 97,
        "share_above_white": 0.0523,
        "fidelity_stops": 0.0006,
        "fidelity_limit_stops": 0.004,
        "frames_checked": [1, 2, 3],
        "flicker_stops": 0.3,
        "seams": [],
    }
    told = verdict(deliverable(measures=measures, warnings=["Odd."]))
    assert told[0] == "MaxCLL 812 cd/m², MaxFALL 97.0 cd/m²"
    assert "5.2 %" in told[1]
    assert "untouched" in told[2]
    assert "0.0006" in told[2]
    assert told[3].startswith("Look for flicker")
    assert told[4] == "No seams: made in one piece"
    assert told[5] == "Odd."
    assert verdict(deliverable(measures={})) == ()
    assert verdict(deliverable(measures={"max_cll": "many", "seams": 3, "fidelity_stops": None})) == ()
