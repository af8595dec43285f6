"""The languages of the panel: Qt Linguist sources (`.ts`) and what is loaded (`.qm`).

English is the language of the code; its file holds the plural forms only. `update.py` makes both from the code.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

FOLDER = Path(__file__).parent
LANGUAGES = {"en": "English", "de": "Deutsch"}
"""By their own names."""

_SPOKEN = "superwhite_language"


def spoken() -> str:
    """The language that was installed; English where none was."""
    app = QCoreApplication.instance()
    language = app.property(_SPOKEN) if app else None
    return language if isinstance(language, str) else "en"


def chosen(wish: str) -> str:
    """The language to use: `wish`, else the system's where there is one, else English."""
    if wish in LANGUAGES:
        return wish
    spoken = (QLocale(name).name().split("_")[0] for name in QLocale.system().uiLanguages())
    return next((language for language in spoken if language in LANGUAGES), "en")


def install(app: QCoreApplication, wish: str) -> list[QTranslator]:
    """Have `app` speak the chosen language, dialogs of Qt's own too; returns what was installed."""
    language = chosen(wish)
    QLocale.setDefault(QLocale(language) if wish in LANGUAGES else QLocale.system())
    ours, qt = QTranslator(app), QTranslator(app)
    places = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    installed: list[QTranslator] = []
    if ours.load(str(FOLDER / f"superwhite_{language}.qm")):
        installed.append(ours)
    if qt.load(QLocale(language), "qtbase", "_", places):
        installed.append(qt)
    for translator in installed:
        app.installTranslator(translator)
    app.setProperty(_SPOKEN, language)
    return installed
