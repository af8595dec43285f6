"""A folder of small packages with the names of the engine's large ones, which the real pip and uv install."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

TORCH = """
import os, time
__version__ = {version!r}
class OutOfMemoryError(RuntimeError): ...
class version: cuda = {cuda!r}
class backends:
    class mps:
        is_built = staticmethod(lambda: False)
class _Ones:
    sum = lambda self: self
    item = lambda self: 8.0
def ones(count, device):
    if os.environ.get("FAKE_DRIVER") != "new":
        raise RuntimeError("The NVIDIA driver on your system is too old (found version 11040).\\nMore of it.")
    return _Ones()
time.sleep(float(os.environ.get("FAKE_SLOWNESS", "0")))
"""
DIFFUSERS = "from .pipelines import LTX2HDRPipeline\n"
WHOLE = "class LTX2HDRPipeline: ...\n"
LACKING = "from ..dummies import LTX2HDRPipeline\n"


def make_wheel(folder: Path, name: str, version: str, files: dict[str, str], more: str = "") -> Path:
    """A wheel of pure Python (PEP 427) in `folder`, with `more` lines of metadata."""
    info = f"{name}-{version}.dist-info"
    content = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{more}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    content[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in (*content, f"{info}/RECORD"))
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in content.items():
            archive.writestr(inside, text)
    return path


def make_torch(folder: Path, version: str = "2.13.0", cuda: str | None = None) -> Path:
    return make_wheel(folder, "torch", version, {"torch/__init__.py": TORCH.format(version=version, cuda=cuda)})


def make_engine(folder: Path, *, whole: bool = True) -> str:
    """The other packages of the engine, in `folder`; the lock that names them. Not `whole`: diffusers misses something,
    and gives its class in name only.
    """
    files = {
        "diffusers/__init__.py": DIFFUSERS,
        "diffusers/pipelines/__init__.py": WHOLE if whole else LACKING,
        "diffusers/dummies.py": WHOLE,
    }
    wheels = [make_wheel(folder, "diffusers", "0.42.1", files)]
    for name, version in (("transformers", "5.23.0"), ("peft", "0.21.2"), ("accelerate", "1.15.0")):
        wheels.append(make_wheel(folder, name, version, {f"{name}/__init__.py": ""}))
    pins = (
        "{}=={} \\\n    --hash=sha256:{}\n".format(*wheel.name.split("-")[:2], _sha256(wheel)) for wheel in wheels
    )
    return "# torch==2.13.0\n" + "".join(pins)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
