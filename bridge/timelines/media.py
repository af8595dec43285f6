"""Where the media of a clip lies, from the many ways in which timelines write it."""

from __future__ import annotations

import re
from pathlib import Path, PureWindowsPath
from urllib.parse import unquote, urlsplit

from bridge.domain.errors import MediaError
from bridge.media.numbering import files_at

_DRIVE = re.compile(r"/?[A-Za-z]:[\\/]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


def media_path(url: str, folder: Path) -> Path | None:
    """The path that `url` means in a timeline file that lies in `folder`; none for what is not a file.

    Read are file URLs (with `localhost` or a server, percent-encoded or not), plain paths of POSIX and Windows, and
    paths relative to the timeline.
    """
    if not url or "\0" in url:
        return None
    if _DRIVE.match(url) or url.startswith("\\\\"):
        return _native(url)
    if not _SCHEME.match(url):
        return _relative(url, folder)
    if not url.lower().startswith("file:"):
        return None
    # Only a few programs encode ? and #, and neither means anything else in a file URL.
    parts = urlsplit(url.replace("#", "%23").replace("?", "%3F"))
    text = unquote(parts.path)
    if parts.netloc and parts.netloc.lower() != "localhost":
        host = unquote(parts.netloc)
        return _native(f"{host}{text}" if _DRIVE.match(f"{host}/") else f"//{host}{text}")
    return _native(text) if text.startswith("/") or _DRIVE.match(text) else _relative(text, folder)


def is_there(path: Path) -> bool:
    """Whether a file lies at `path`, or files that fit it as the pattern of an image sequence."""
    try:
        return path.is_file() or files_at(path) is not None
    except (MediaError, OSError):  # a name that is too long is an OSError
        return False


def _native(text: str) -> Path:
    return Path(text[1:] if text.startswith("/") and _DRIVE.match(text) else text)


def _relative(text: str, folder: Path) -> Path:
    written = Path(text)
    if written.is_absolute():
        return written
    spellings = dict.fromkeys([text, unquote(text), unquote(PureWindowsPath(text).as_posix())])
    paths = [folder / spelling for spelling in spellings]
    return next((path for path in paths if is_there(path)), paths[0])
