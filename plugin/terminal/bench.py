"""`superwhite bench`: stages, the whole, memory, and the bars."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from .console import emit, emit_json, emit_table, say

if TYPE_CHECKING:
    from bridge.bench.report import BenchReport


def bench(
    clip: Annotated[Path | None, typer.Argument(help="A clip; one is made without it.", show_default=False)] = None,
    frames: Annotated[int, typer.Option(min=16, help="How many frames.")] = 500,
    size: Annotated[str, typer.Option(help="Size of the clip that is made.")] = "1920x1080",
    memory: Annotated[bool, typer.Option(help="Also compare 1000 frames with 100; takes minutes and 6 GB.")] = False,
    scratch: Annotated[Path | None, typer.Option(help="Folder for what is written meanwhile.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure each stage, the whole, its memory, and the bars that they must meet; exit code 1 when one is missed."""
    # The pixel libraries are loaded by this command alone.
    from bridge.bench.report import run_bench

    width, _, height = size.partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise typer.BadParameter("write the size as WIDTHxHEIGHT", param_hint="--size")
    report = run_bench(clip, frames, (int(width), int(height)), memory, scratch, say)
    if as_json:
        emit_json(report.model_dump(mode="json"))
    else:
        _show(report)
    if not all(bar.met for bar in report.bars):
        raise typer.Exit(1)


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
    bars = Table("Bar", "measured", "allowed", "", box=None, pad_edge=False)
    for bar in report.bars:
        verdict = "[green]met[/]" if bar.met else "[red]missed[/]"
        bars.add_row(bar.name, f"{bar.measured:.2f} {bar.unit}", f"{bar.allowed:.2f} {bar.unit}", verdict)
    emit_table(bars)
