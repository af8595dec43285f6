"""A project: its settings, its timelines, its render queue."""

from __future__ import annotations

import copy
from typing import Any

from .proxy import Proxy
from .rendering import render
from .state import new_id

FORMATS = {"QuickTime": "mov", "MP4": "mp4", "TIFF": "tif", "EXR": "exr"}
CODECS = {
    "mov": {"Apple ProRes 422 HQ": "ProRes422HQ", "Apple ProRes 4444": "ProRes4444", "H.264": "H264"},
    "mp4": {"H.264": "H264"},
    "tif": {"RGB 16 bits": "RGB16", "RGB 8 bits": "RGB8"},
    "exr": {"RGB half (ZIP)": "RGBHalfZIP", "RGB half": "RGBHalf"},
}
STATUS = {"en": ("Ready", "Complete", "Failed"), "de": ("Bereit", "Abgeschlossen", "Fehlgeschlagen")}

# What comes with Resolve: format, codec, and whether there is a picture in it.
PRESETS = {
    "H.264 Master": ("mov", "H264", False),
    "ProRes 422 HQ": ("mov", "ProRes422HQ", False),
    "Audio Only": ("mov", "H264", True),
}


class Project(Proxy):
    @property
    def _render(self) -> dict[str, Any]:
        return self._project["render"]

    def _is_there(self) -> bool:
        return self._doc["current"] == self._key

    def GetName(self) -> str:
        return self._project["name"]

    def GetUniqueId(self) -> str:
        return self._key

    def GetMediaPool(self) -> Any:
        return self._make("MediaPool")

    def GetSetting(self, name: str) -> str:
        return self._project["settings"].get(name, "")

    def SetSetting(self, name: str, value: str) -> bool:
        if name == "timelineFrameRate" and self._project["clips"]:
            return False
        self._project["settings"][name] = value
        return True

    def GetSettings(self) -> dict[str, Any]:
        return dict(self._project["settings"])

    def GetTimelineCount(self) -> int:
        return len(self._project["timelines"])

    def GetTimelineByIndex(self, index: int) -> Any:
        keys = list(self._project["timelines"])
        return self._make("Timeline", keys[index - 1]) if 0 < index <= len(keys) else None

    def GetCurrentTimeline(self) -> Any:
        return self._make("Timeline", self._project["timeline"]) if self._project["timeline"] else None

    def SetCurrentTimeline(self, timeline: Any) -> bool:
        if timeline._key not in self._project["timelines"]:
            return False
        self._project["timeline"] = timeline._key
        return True

    # Rendering

    def GetRenderFormats(self) -> dict[str, str]:
        return dict(FORMATS)

    def GetRenderCodecs(self, kind: str) -> dict[str, str]:
        codecs = CODECS.get(kind, {})
        if self._state.traps.get("no_prores"):
            codecs = {said: key for said, key in codecs.items() if "ProRes" not in key}
        return dict(codecs)

    def GetCurrentRenderFormatAndCodec(self) -> dict[str, str]:
        return {"format": self._render["format"], "codec": self._render["codec"]}

    def SetCurrentRenderFormatAndCodec(self, kind: str, codec: str) -> bool:
        if codec not in self.GetRenderCodecs(kind).values():
            return False
        self._render["format"], self._render["codec"] = kind, codec
        return True

    def GetCurrentRenderMode(self) -> int:
        return self._render["mode"]

    def SetCurrentRenderMode(self, mode: int) -> bool:
        self._render["mode"] = mode
        return True

    def GetRenderPresetList(self) -> list[str]:
        return [*PRESETS, *self._render["presets"]]

    def SaveAsNewRenderPreset(self, name: str) -> bool:
        if name in self.GetRenderPresetList():
            return False
        kept = ("format", "codec", "settings", "pictureless")
        self._render["presets"][name] = copy.deepcopy({each: self._render[each] for each in kept})
        return True

    def LoadRenderPreset(self, name: str) -> bool:
        if name in PRESETS:
            kind, codec, pictureless = PRESETS[name]
            self._render.update(format=kind, codec=codec, pictureless=pictureless, settings={})
        elif name in self._render["presets"]:
            self._render.update(copy.deepcopy(self._render["presets"][name]))
        else:
            return False
        return True

    def DeleteRenderPreset(self, name: str) -> bool:
        return self._render["presets"].pop(name, None) is not None

    def SetRenderSettings(self, settings: dict[str, Any]) -> bool:
        """Laid over what is there: a preset without a picture keeps having none, whatever is said of it."""
        self._render["settings"].update(settings)
        return True

    def AddRenderJob(self) -> str:
        if self._doc["page"] != "deliver":
            return ""
        job = {
            "JobId": new_id(),
            "timeline": self._project["timeline"],
            "done": 0,
            "error": "",
            **copy.deepcopy(
                {each: self._render[each] for each in ("format", "codec", "settings", "pictureless", "mode")}
            ),
        }
        self._render["jobs"].append(job)
        return job["JobId"]

    def GetRenderJobList(self) -> list[dict[str, Any]]:
        return [
            {"JobId": job["JobId"], "IsExportVideo": True, "TargetDir": job["settings"].get("TargetDir", "")}
            for job in self._render["jobs"]
        ]

    def StartRendering(self, jobs: list[str], interactive: bool = False) -> bool:
        for job in self._render["jobs"]:
            if job["JobId"] in jobs:
                if not job["settings"].get("TargetDir"):
                    job["error"] = "There is no folder to render to."
                    continue
                if self._state.traps.get("render_fails"):
                    job["error"] = "The GPU has run out of memory."
                    continue
                traps = self._state.traps
                render(self._project, job, nested=bool(traps.get("nests")), lost=traps.get("loses_frames", 0))
                job["done"] = 100
        self._render["polls"] = 2
        return True

    def IsRenderingInProgress(self) -> bool:
        self._render["polls"] = max(0, self._render["polls"] - 1)
        return self._render["polls"] > 0

    def StopRendering(self) -> None:
        self._render["polls"] = 0

    def GetRenderJobStatus(self, job: str) -> dict[str, Any]:
        ready, complete, failed = STATUS[self._doc["language"]]
        for each in self._render["jobs"]:
            if each["JobId"] == job:
                if each["error"]:
                    return {"JobStatus": failed, "CompletionPercentage": each["done"], "Error": each["error"]}
                word = complete if each["done"] == 100 else ready
                return {"JobStatus": word, "CompletionPercentage": each["done"]}
        return {}

    def DeleteRenderJob(self, job: str) -> bool:
        before = len(self._render["jobs"])
        self._render["jobs"] = [each for each in self._render["jobs"] if each["JobId"] != job]
        return len(self._render["jobs"]) < before


BEHAVIOURS = {"Project": Project}
