"""`superwhite bench`: stages, the whole, memory, and the bars."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError
from rich.table import Table

from bridge.domain.bench import Bar, LtxReport, PanelReport
from bridge.domain.errors import EngineFailed, EngineMissing, ErrorReport, from_report

from .console import emit, emit_json, emit_table, say

if TYPE_CHECKING:
    from bridge.bench.report import BenchReport


def bench(
    clip: Annotated[
        Path | None,
        typer.Argument(
            help="A clip; one is made without it. The word “ltx” measures that engine.", show_default=False
        ),
    ] = None,
    frames: Annotated[
        int | None, typer.Option(min=16, help="How many frames: 500, for “ltx” 49.", show_default=False)
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(help="Size of the clip that is made: 1920x1080, for “ltx” 512x320.", show_default=False),
    ] = None,
    model: Annotated[
        str, typer.Option(help="For “ltx”: tiny, random (the true widths, few layers), or a folder of weights.")
    ] = "tiny",
    memory: Annotated[bool, typer.Option(help="Also compare 1000 frames with 100; takes minutes and 6 GB.")] = False,
    scratch: Annotated[Path | None, typer.Option(help="Folder for what is written meanwhile.")] = None,
    panel: Annotated[bool, typer.Option("--panel", help="Measure the panel instead; takes two minutes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure each stage, the whole, its memory, and the bars that they must meet; exit code 1 when one is missed."""
    if panel:
        _panel(as_json=as_json)
        return
    if clip == Path("ltx"):
        _ltx(model, _sides(size or "512x320"), frames or 49, scratch, as_json=as_json)
        return
    # The pixel libraries are loaded by this command alone.
    from bridge.bench.report import run_bench

    report = run_bench(clip, frames or 500, _sides(size or "1920x1080"), memory, scratch, say)
    if as_json:
        emit_json(report.model_dump(mode="json"))
    else:
        _show(report)
    if not all(bar.met for bar in report.bars):
        raise typer.Exit(1)


def _sides(size: str) -> tuple[int, int]:
    width, _, height = size.partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise typer.BadParameter("write the size as WIDTHxHEIGHT", param_hint="--size")
    return int(width), int(height)


def _show(report: BenchReport) -> None:
    emit(f"{report.machine}; {report.clip}, {report.width}x{report.height}, {report.frames} frames")
    stages = Table("Stage", "frames/s alone", "ms/frame (one core)", "of frames", box=None, pad_edge=False)
    for stage in report.stages:
        stages.add_row(
            stage.name, f"{stage.frames_per_second:.1f}", f"{stage.cpu_ms_per_frame:.2f}", f"{stage.share:.0%}"
        )
    stages.add_row("the whole", f"{report.frames_per_second:.1f}", "", "", style="bold")
    emit_table(stages)
    emit(f"Lower limit {report.limit_seconds:.2f} s: {report.limit_how}.")
    emit(f"Whole {report.whole_seconds:.2f} s, of which {report.start_seconds:.2f} s before the first frame.")
    emit(f"{report.bytes_per_frame / 1e6:.2f} MB a frame; peak memory {report.peak_memory / 1e6:.0f} MB.")
    _show_bars(report.bars)


def _panel(*, as_json: bool) -> None:
    """The panel measures itself in a process of its own: no command loads Qt."""
    done = subprocess.run(
        [sys.executable, "-m", "plugin.standalone.bench"],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    try:
        report = PanelReport.model_validate_json(done.stdout)
    except ValidationError as error:
        raise EngineFailed("The panel could not be measured.", detail=done.stdout) from error
    if as_json:
        emit_json(report.model_dump(mode="json"))
    else:
        _show_bars(report.bars)
        for note in report.notes:
            emit(note)
    if not all(bar.met for bar in report.bars):
        raise typer.Exit(1)


def _ltx(model: str, size: tuple[int, int], frames: int, scratch: Path | None, *, as_json: bool) -> None:
    """The engine measures itself in a process of its own Python, and says meanwhile what it does."""
    from bridge.engines.environments import SOURCE, find_environment

    environment = find_environment("ltx")
    if environment is None:
        raise EngineMissing("The LTX engine is not installed on this machine.")
    command = [str(environment.python), "-m", "bridge.bench.ltx", "--model", model, "--frames", str(frames)]
    command += ["--size", f"{size[0]}x{size[1]}", *(["--scratch", str(scratch)] if scratch else [])]
    done = subprocess.run(
        command,
        env=os.environ | {"PYTHONPATH": str(SOURCE), "HF_HUB_OFFLINE": "1"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    try:
        if done.returncode:
            raise from_report(ErrorReport.model_validate_json(done.stdout))
        report = LtxReport.model_validate_json(done.stdout)
    except ValidationError as error:
        raise EngineFailed("The LTX engine could not be measured.", detail=done.stdout) from error
    if as_json:
        emit_json(report.model_dump(mode="json"))
    else:
        _show_ltx(report)
    if not all(bar.met for bar in report.bars):
        raise typer.Exit(1)


def _show_ltx(report: LtxReport) -> None:
    emit(f"{report.device}; {report.model} model, {report.width}x{report.height}, {report.frames} frames")
    emit(report.layout)
    stages = Table("Stage", "s/frame", "of the time", box=None, pad_edge=False)
    for stage in report.stages:
        stages.add_row(stage.name, f"{stage.seconds_per_frame:.3f}", f"{stage.share:.1%}")
    stages.add_row("the whole", f"{report.seconds / report.frames:.3f}", "", style="bold")
    emit_table(stages)
    emit(
        f"{report.seconds:.1f} s: {report.model_seconds:.1f} s in the model,"
        f" {report.pipeline_seconds:.1f} s in diffusers,"
        f" {report.own_seconds:.1f} s ours; the model was loaded in {report.load_seconds:.1f} s before."
    )
    emit(f"Peak memory of {report.peak_memory_of}: {report.peak_memory / 1e6:.0f} MB.")
    _show_bars(report.bars)
    for note in report.notes:
        emit(note)


def _show_bars(measured: Sequence[Bar]) -> None:
    bars = Table("Bar", "measured", "allowed", "", box=None, pad_edge=False)
    for bar in measured:
        verdict = "[green]met[/]" if bar.met else "[red]missed[/]"
        limit = f"{'at least ' if bar.at_least else ''}{bar.allowed:.2f} {bar.unit}"
        bars.add_row(bar.name, f"{bar.measured:.2f} {bar.unit}", limit, verdict)
    emit_table(bars)
