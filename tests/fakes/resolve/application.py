"""Resolve itself, its project manager, its media storage."""

from __future__ import annotations

from typing import Any

from .proxy import Proxy
from .state import new_id

PAGES = ("media", "cut", "edit", "fusion", "color", "fairlight", "deliver")


class Resolve(Proxy):
    def GetProductName(self) -> str:
        return "DaVinci Resolve Studio" if self._doc["studio"] else "DaVinci Resolve"

    def GetVersionString(self) -> str:
        return self._doc["version"]

    def GetVersion(self) -> list[Any]:
        numbers = [int(part) for part in self._doc["version"].split(".")]
        return [*numbers, *[0] * (4 - len(numbers)), ""]

    def IsStudio(self) -> bool:
        return self._doc["studio"]

    def GetProjectManager(self) -> Any:
        return self._make("ProjectManager")

    def GetMediaStorage(self) -> Any:
        return self._make("MediaStorage")

    def GetCurrentProject(self) -> Any:
        return self._make("Project", self._doc["current"]) if self._state.project else None

    def GetCurrentPage(self) -> str | None:
        return self._doc["page"] or None  # none in a session without windows

    def OpenPage(self, page: str) -> bool:
        if not self._doc["page"]:
            return False
        self._doc["page"] = page
        return True

    def Quit(self) -> None:
        self._doc["running"] = False


class ProjectManager(Proxy):
    def GetCurrentProject(self) -> Any:
        return self._make("Project", self._doc["current"]) if self._state.project else None

    def SaveProject(self) -> bool:
        if self._project["name"] == "Untitled Project" and not self._doc["page"]:
            self._state.hang()  # a dialog that nobody sees asks for a name
        self._project["saved"] = True
        return True

    def LoadProject(self, name: str) -> Any:
        for key, project in self._doc["projects"].items():
            if project["name"] == name:
                self._doc["current"] = key
                return self._make("Project", key)
        return None

    def GetProjectListInCurrentFolder(self) -> list[str]:
        return [each["name"] for each in self._doc["projects"].values()]


class MediaStorage(Proxy):
    def AddClipMattesToMediaPool(self, item: Any, paths: list[str], eye: str | None = None) -> bool:
        self._project["clips"][item._key]["mattes"] += paths
        return True


def new_project(name: str, rate: str, settings: dict[str, str]) -> dict[str, Any]:
    root = new_id()
    return {
        "id": new_id(),
        "name": name,
        "settings": {
            "timelineFrameRate": rate,
            "timelineResolutionWidth": "96",
            "timelineResolutionHeight": "64",
            "colorScienceMode": "davinciYRGB",
            "separateColorSpaceAndGamma": "0",
            "colorSpaceOutput": "Rec.709 Gamma 2.4",
            "colorAcesODT": "Rec.709",
            **settings,
        },
        "root": root,
        "bin": root,
        "folders": {root: {"id": root, "name": "Master", "parent": ""}},
        "clips": {},
        "timelines": {},
        "order": [],
        "timeline": None,
        "selected": [],
        "saved": True,
        "render": {
            "format": "mp4",
            "codec": "H264",
            "mode": 0,
            "settings": {"CustomName": "mine", "TargetDir": "/mine", "ExportAlpha": True, "ExportVideo": False},
            "pictureless": True,
            "presets": {},
            "jobs": [],
            "polls": 0,
        },
    }


BEHAVIOURS = {"Resolve": Resolve, "ProjectManager": ProjectManager, "MediaStorage": MediaStorage}
