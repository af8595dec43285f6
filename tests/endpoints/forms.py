"""Bodies of multipart/form-data (RFC 7578), read from the drive."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import Path

_COPY = 1024 * 1024


@dataclass(frozen=True)
class Part:
    """One field of the form in the file `body`, from `begin` to `end`."""

    name: str
    filename: str | None
    body: Path
    begin: int
    end: int

    def copy_to(self, path: Path) -> None:
        with self.body.open("rb") as source, path.open("wb") as target:
            source.seek(self.begin)
            left = self.end - self.begin
            while piece := source.read(min(_COPY, left)):
                target.write(piece)
                left -= len(piece)


def read_form(body: Path, content_type: str) -> list[Part]:
    """The fields of a form. Raises `ValueError` for what is none."""
    header = Message()
    header["content-type"] = content_type
    boundary = header.get_boundary()
    if not boundary or not body.stat().st_size:
        raise ValueError("no form")
    mark = b"\r\n--" + boundary.encode()
    with body.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        if view[: len(mark) - 2] != mark[2:]:
            raise ValueError("the form does not begin with its boundary")
        parts: list[Part] = []
        at = len(mark) - 2
        while view[at : at + 2] == b"\r\n":
            begin, end = view.find(b"\r\n\r\n", at), view.find(mark, at)
            if begin < 0 or end < 0:
                raise ValueError("the form breaks off")
            fields = BytesHeaderParser().parsebytes(view[at + 2 : begin + 4])
            name = fields.get_param("name", "", "content-disposition")
            parts.append(Part(str(name), fields.get_filename(), body, begin + 4, end))
            at = end + len(mark)
        if view[at : at + 2] != b"--":
            raise ValueError("the form breaks off")
    return parts
