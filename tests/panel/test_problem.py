"""Errors as they are shown and copied."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from bridge.domain.errors import ERRORS, EngineFailed, MediaMissing
from qt_panels import kinds
from qt_panels.problem import ProblemBox, report_text
from qt_panels.redaction import redacted
from tests.test_house_rules import FAMILIES

KEY = "11111111-2222-3333-4444-555555555555:0123456789abcdef0123456789abcdef"
HTML = "<html><head><title>502 Bad Gateway</title></head><body>" + "<p>nginx</p>" * 5000 + "</body></html>"


@pytest.fixture
def box(qtbot):
    made = ProblemBox()
    qtbot.addWidget(made)
    made.show()
    return made


def test_one_sentence_what_to_do_and_details_that_are_folded(box, qtbot):
    box.show_report(MediaMissing("It is gone.", detail="/plates/a.mov", remedy="Look for it.").report())
    (problem,) = box.problems
    qtbot.waitUntil(problem.isVisible)
    assert problem.sentence.text() == "It is gone."
    assert problem.remedy.text() == "Look for it."
    assert not problem.details.isVisible()
    problem.fold.click()
    assert problem.details.isVisible()
    assert problem.details.toPlainText() == "/plates/a.mov"
    assert problem.accessibleName() == "It is gone."


def test_the_same_again_is_counted_and_many_are_not_piled_up(box, qtbot):
    for _ in range(4):
        box.show_report(EngineFailed("No.").report())
    assert [problem.sentence.text() for problem in box.problems] == ["No. (4 times)"]
    for number in range(5):
        box.show_report(EngineFailed(f"No {number}.").report())
    assert [problem.sentence.text() for problem in box.problems] == ["No 4.", "No 3.", "No 2."]
    box.problems[0].dismiss.click()
    qtbot.waitUntil(lambda: len(box.problems) == 2)


def test_a_page_of_html_is_text_and_not_endless(box, qtbot):
    box.resize(900, 100)
    box.show_report(EngineFailed(HTML, detail=HTML).report())
    (problem,) = box.problems
    qtbot.waitUntil(problem.isVisible)
    assert problem.sentence.text().startswith("<html>")
    assert len(problem.sentence.text()) < 310
    assert problem.sentence.textFormat() == problem.sentence.textFormat().PlainText
    assert len(problem.details.toPlainText()) <= 20_000
    assert problem.sizeHint().height() < 200


def test_the_report_that_is_copied_holds_no_secrets(box):
    home = Path.home()
    detail = f"Authorization: Key {KEY}\nGET https://x/y?token=abcdefgh12345678\n{home}/shots/a.mov"
    box.show_report(EngineFailed("It failed.", detail=detail).report(), "job 1abc")
    box.problems[0].copy.click()
    text = QGuiApplication.clipboard().text()
    assert "It failed." in text
    assert "job 1abc" in text
    assert "EngineFailed (40)" in text
    assert "Superwhite 0.1.0" in text
    assert KEY not in text
    assert "abcdefgh12345678" not in text
    assert f"{home}/shots" not in text
    assert "~/shots/a.mov" in text
    assert KEY not in box.problems[0].details.toPlainText()


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        (f"key {KEY} was refused", KEY),
        (f"Authorization: Key {KEY}", KEY),
        ("authorization='Bearer eyJhbGciOi.JIUzI1NiJ9'", "eyJhbGciOi"),
        ("FAL_KEY=s3cr3t-value-here", "s3cr3t"),
        ('{"api_key": "s3cr3t-value"}', "s3cr3t"),
        ("https://me:s3cr3t@host/x", "s3cr3t"),
        ("https://host/f?X-Amz-Signature=0a1b2c3d4e", "0a1b2c3d4e"),
        ("sha 0123456789abcdef0123456789abcdef01234567", "0123456789abcdef"),
        ("/home/jane.doe/shots/a.mov", "jane.doe"),
        ("/Users/Jane/shots/a.mov", "Jane"),
        (r"C:\Users\Jane\shots\a.mov", "Jane"),
        ("file:///x?p=%2Fhome%2Fjane%2Fa.mov", "jane"),
        ("/Users/Jane Doe/shots/a.mov", "Doe"),
        (r"C:\\Users\\Jane Doe\\shots\\a.mov", "Doe"),
        ("p=%2FUsers%2FJane%20Doe%2Fa.mov", "Doe"),
        ("p=C%3A%5CUsers%5CJane%5Ca.mov", "Jane"),
        ("/media/JaneDoe/card/a.mov", "JaneDoe"),
        ("{'Authorization': 'Key abc def'}", "def"),
        ('{"api_key": "sk 12 34"}', "34"),
        ("Cookie: session=abcdef0123; other=xyz", "xyz"),
        (KEY.upper(), KEY[:8].upper()),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY=", "wJalr"),
        ("owner: janedoe", "janedoe"),
    ],
)
def test_secrets_and_names_are_taken_out(text, gone):
    assert gone not in redacted(text, home=Path("/somewhere/else"), user="janedoe")


@pytest.mark.parametrize(
    "text",
    [
        "Frames 24-48 are outside the clip, which has frames 0-132.",
        "bigbuckbunny_hdr_v001.00000012.exr cannot be read back.",
        "The key frame at 12 is missing; keyframes: 3",
        "Traceback (most recent call last):\n  File worker.py, line 12, in main",
        "/media/raid/project_2026/shot_010/plate.1001.exr",
        "A001_C003_0412AB_001_very_long_plate_name_v002.mov has no video.",
        "job 7b0c1f5e-1111-4222-8333-444455556666",
        "/somewhere/elsewhere/a.mov",
    ],
)
def test_what_helps_stays(text):
    assert redacted(text, home=Path("/somewhere/else"), user="janedoe") == text


def test_the_users_own_home_is_a_tilde():
    assert redacted("/data/jane/x and %2Fdata%2Fjane%2Fy", home=Path("/data/jane"), user="jane") == "~/x and ~%2Fy"


def test_every_kind_of_error_has_a_title(qapp):
    for kind in ERRORS.keys() - FAMILIES:
        assert kinds.title(kind), kind
    assert kinds.title("FromTheFuture") == ""


def test_in_another_language_the_kind_is_said_first(box, qapp):
    qapp.setProperty("superwhite_language", "de")
    try:
        box.show_report(EngineFailed("It failed.").report())
        assert box.problems[0].sentence.text() == f"{kinds.title('EngineFailed')}. It failed."
    finally:
        qapp.setProperty("superwhite_language", None)


def test_a_report_without_detail_is_short():
    assert report_text(EngineFailed("It failed.").report()).count("\n") == 2
