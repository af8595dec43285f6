"""A report that can be sent to strangers: no keys, and no name of the user in paths."""

from __future__ import annotations

import getpass
import re
from pathlib import Path
from urllib.parse import quote

_KEPT_OUT = "[removed]"

_SECRETS = (
    # Headers, whatever their scheme, also as a dictionary is printed.
    re.compile(r"(?i)\b((?:authorization|(?:set-)?cookie)[\"']?\s*[:=]\s*)(?:\"[^\"]*\"|'[^']*'|[^\r\n\"'}]+)"),
    re.compile(r"(?i)\b((?:bearer|key|token|basic)\s+)[A-Za-z0-9+/=._~:-]{12,}"),
    # key=…, "api_key": "…", ?token=…
    re.compile(
        r"(?i)(\b[\w-]*(?:key|token|secret|password|passwd|signature|sig)\b[\"']?\s*[:=]\s*)"
        r"(?:\"[^\"]*\"|'[^']*'|[^\s\"'&,;}]+)"
    ),
    # User name and password in an address.
    re.compile(r"(?i)(\bhttps?://)[^/\s@]+@"),
    # fal's keys: a UUID, a colon, 32 hexadecimal digits.
    re.compile(r"(?i)()\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}:[0-9a-f]{16,}\b"),
    # What is long and looks random: tokens, digests. Names of files are long too, but made of short words.
    re.compile(
        r"()\b(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[A-Za-z])(?=[A-Za-z0-9_-]*[A-Za-z0-9]{14})[A-Za-z0-9_-]{32,}\b"
    ),
    re.compile(r"()\b[A-Za-z0-9+/_-]{24,}={1,2}(?![\w=])"),
)

_NAME = r"(?:[^/\\\r\n\"':%]|%(?!2F|5C))"
"""One letter of a user name, which may hold spaces."""

_HOMES = (
    re.compile(r"(?i)((?:/home|/var/home)/)[^/\\\s\"':]+"),
    re.compile(rf"(?i)(/Users/)(?:{_NAME}+(?=[/\\])|[^/\\\s\"':]+)"),
    re.compile(rf"(?i)([A-Z]:[\\/]+Users[\\/]+)(?:{_NAME}+(?=[/\\])|[^/\\\s\"':]+)"),
    re.compile(rf"(?i)((?:%2F|/)(?:home|Users)%2F){_NAME.replace('[^', '[^ &')}+"),
    re.compile(rf"(?i)([A-Z](?::|%3A)%5CUsers%5C){_NAME.replace('[^', '[^ &')}+"),
)


def redacted(text: str, home: Path | None = None, user: str | None = None) -> str:
    """`text` without what looks like a secret, and with the user's folder as `~`."""
    home = home or Path.home()
    user = user or _user()
    for pattern in _SECRETS:
        text = pattern.sub(lambda match: f"{match[1]}{_KEPT_OUT}", text)
    for form in {str(home), home.as_posix(), quote(str(home)), quote(str(home), safe="")}:
        if len(form) > 1:
            text = re.sub(rf"{re.escape(form)}(?![\w.-])", "~", text)
    for pattern in _HOMES:
        text = pattern.sub(r"\1user", text)
    if user:
        text = re.sub(rf"(?i)(?<=[/\\]){re.escape(user)}(?=[/\\])", "user", text)
    # Short names are words of other kinds too, "root" or "av": alone they stay, in paths they went above.
    if len(user) > 4:
        text = re.sub(rf"(?i)\b{re.escape(user)}\b", "user", text)
    return text


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # the system knows none
        return ""
