"""`superwhite`: the commands, and the boundary where every error becomes a sentence and an exit code."""

from __future__ import annotations

import sys
import traceback

import typer

from bridge import __version__
from bridge.domain.errors import InternalError, SuperwhiteError

from . import bench, doctor, engines, install, jobs, lift, models, panel, revert, run, serve
from .console import emit, fail

app = typer.Typer(
    name="superwhite",
    help="SDR clips to HDR: 16-bit half-float EXR sequences, a review movie and a timeline that plays them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("lift")(lift.lift)
app.command("run")(run.run)
app.command("panel")(panel.panel)
app.command("revert")(revert.revert)
app.add_typer(jobs.app, name="jobs")
app.add_typer(engines.app, name="engines")
app.add_typer(models.app, name="models")
app.command("serve")(serve.serve)
app.command("doctor")(doctor.doctor)
app.command("bench")(bench.bench)
app.command("install")(install.install)
app.command("uninstall")(install.uninstall)


def _version(wanted: bool) -> None:
    if wanted:
        emit(f"superwhite {__version__}")
        raise typer.Exit


@app.callback()
def superwhite(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """SDR clips to HDR timeline media."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code (see `bridge.domain.errors`)."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        app(args=arguments, prog_name="superwhite")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except SuperwhiteError as error:
        return fail(error, as_json="--json" in arguments)
    except Exception as error:  # noqa: BLE001 - the boundary of the command line
        detail = traceback.format_exc()
        sys.stderr.write(detail)
        failure = InternalError(f"{type(error).__name__}: {error}", detail=detail)
        return fail(failure, as_json="--json" in arguments)
    return 0
