"""`python -m bridge.service`: what a client starts when no bridge runs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bridge.client import state_home
from bridge.domain.errors import RequestError, SuperwhiteError

from .lifecycle import OnListening, run_bridge
from .queue.certificate import environment, given_certificate, own_certificate
from .queue.face import Face, host_of, own_names, take_token


def main() -> int:
    options = _parser().parse_args()
    from bridge.backends.embedded.backend import EmbeddedBackend
    from bridge.backends.local.backend import LtxBackend

    try:
        face = _face(options)
        run_bridge(
            state_home(),
            [EmbeddedBackend(), LtxBackend(stays_warm=options.engine == LtxBackend.name)],
            with_endpoints=True,
            engine=options.engine,
            port=options.port,
            idle_seconds=60 * options.idle_minutes,
            foreground=options.foreground,
            face=face,
            on_listening=_print_environment(face) if options.print_env else None,
        )
    except SuperwhiteError as error:
        sys.stderr.write(f"{error.sentence}\n{error.detail}\n{error.remedy}\n")
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bridge.service", description="The Superwhite bridge.")
    parser.add_argument("--port", type=int, default=0, help="a free one by default")
    parser.add_argument("--idle-minutes", type=float, default=15, help="leave when nobody has needed it for so long")
    parser.add_argument("--engine", choices=["embedded", "ltx"], default="embedded", help="what works for others")
    parser.add_argument("--foreground", action="store_true", help="log to the terminal too")
    parser.add_argument("--host", default="127.0.0.1", help="address on which others reach it")
    parser.add_argument("--host-name", action="append", default=[], help="another name by which they call it")
    parser.add_argument("--token-file", type=Path, help="file with the token that others show")
    parser.add_argument("--tls", choices=["self-signed"], help="encrypt, with a certificate made here")
    parser.add_argument("--tls-cert", type=Path, help="encrypt, with this certificate")
    parser.add_argument("--tls-key", type=Path, help="its key")
    parser.add_argument("--print-env", action="store_true", help="print what fal's official client needs")
    return parser


def _face(options: argparse.Namespace) -> Face:
    """Raises `RequestError` for options that do not fit together."""
    face = Face(host=host_of(options.host), names=tuple(options.host_name), token=take_token(options.token_file))
    folder = state_home() / "tls"
    match options.tls, options.tls_cert, options.tls_key:
        case None, None, None if options.print_env:
            raise RequestError(
                "fal's official client speaks HTTPS only, so without a certificate it finds no way here.",
                remedy="Add --tls self-signed.",
            )
        case None, None, None:
            return face
        case "self-signed", None, None:
            certificate = own_certificate(folder, own_names(face))
        case None, Path() as cert, Path() as key:
            certificate = given_certificate(cert, key, folder)
        case _:
            raise RequestError("A certificate is either --tls self-signed, or --tls-cert with --tls-key.")
    return Face(face.host, face.names, face.token, certificate)


def _print_environment(face: Face) -> OnListening:
    def tell(address: str, token: str) -> None:
        assert face.certificate
        sys.stdout.write(environment(address, face.certificate, token))
        sys.stdout.flush()

    return tell


if __name__ == "__main__":
    raise SystemExit(main())
