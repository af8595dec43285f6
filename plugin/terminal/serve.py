"""`superwhite serve`: the bridge in the foreground, for this machine or for others too."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from bridge.client import RunFile, state_home

from .console import emit_json, say


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 0,
    engine: Annotated[
        Literal["embedded", "ltx"],
        typer.Option(help="What lifts the clips of others. ltx loads its model at the start, on every card."),
    ] = "embedded",
    host: Annotated[
        str, typer.Option(help="Address on which others reach this machine; 0.0.0.0 takes every one. Needs a token.")
    ] = "127.0.0.1",
    host_name: Annotated[
        list[str] | None, typer.Option(help="Another name that others call this machine by; may be repeated.")
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(help="File with the token that others show; else the environment variable SUPERWHITE_TOKEN."),
    ] = None,
    tls: Annotated[
        Literal["self-signed"] | None, typer.Option(help="Encrypt, with a certificate that is made and kept here.")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Encrypt, with this certificate (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="The certificate's key (PEM).")] = None,
    print_env: Annotated[
        bool, typer.Option(help="Print the environment with which fal's official client finds the way here.")
    ] = False,
    idle_minutes: Annotated[
        float, typer.Option(min=0.1, help="Leave after this long without work; by default never.", show_default=False)
    ] = float("inf"),
    as_json: Annotated[bool, typer.Option("--json", help="Say where it listens as one line of JSON.")] = False,
) -> None:
    """Run the bridge here, until Ctrl-C. Commands and panels start one by themselves: this is for watching it, and for
    letting other machines send their clips here.

    Others speak fal's queue protocol, under /queue, /run, /rest and /cdn.
    """
    if print_env and as_json:
        raise typer.BadParameter("--print-env and --json both want the standard output: choose one.")
    command = [sys.executable, "-m", "bridge.service", "--foreground", "--engine", engine, "--host", host]
    for option, value in (
        ("--token-file", token_file),
        ("--tls", tls),
        ("--tls-cert", tls_cert),
        ("--tls-key", tls_key),
    ):
        command += [option, str(value)] if value is not None else []
    for name in host_name or []:
        command += ["--host-name", name]
    command += ["--print-env"] if print_env else []
    process = subprocess.Popen([*command, "--port", str(port), "--idle-minutes", str(idle_minutes)])
    # Whoever ends this command means the bridge.
    signal.signal(signal.SIGTERM, lambda _, __: process.terminate())
    while True:
        try:
            _announce(process, as_json)
            raise typer.Exit(process.wait())
        except KeyboardInterrupt:
            # The terminal has sent it to the bridge too, which is now closing its jobs.
            continue


def _announce(process: subprocess.Popen[bytes], as_json: bool) -> None:
    """Wait until the bridge listens, and say where; nothing when it has ended instead, which it explains itself."""
    while process.poll() is None:
        run_file = RunFile.read(state_home())
        if run_file and run_file.pid == process.pid:
            address = f"http://127.0.0.1:{run_file.port}"
            if as_json:
                emit_json({"address": address, "pid": run_file.pid, "version": run_file.version})
            else:
                say(f"The bridge listens on {address} (its API: {address}/docs). Ctrl-C stops it.")
            return
        time.sleep(0.05)
