"""The certificate that others know this machine by: a given one, or one that it makes for itself."""

from __future__ import annotations

import ipaddress
import shlex
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bridge.domain.errors import RequestError
from bridge.media.storage import os_error_to_output_error, write_atomic

_VALID = timedelta(days=365)
_RENEWED_BEFORE = timedelta(days=14)


@dataclass(frozen=True)
class Certificate:
    """Files in PEM form. `bundle` is whom a client has to trust: this certificate, and all that the web trusts."""

    certificate: Path
    key: Path
    bundle: Path


def given_certificate(certificate: Path, key: Path, folder: Path) -> Certificate:
    """One from elsewhere. Raises `RequestError` where the files are none, or do not belong together."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise RequestError(
            f"The certificate {certificate} with the key {key} cannot be used.",
            detail=str(error),
            remedy="Give PEM files that belong together, the key without a password.",
        ) from error
    return Certificate(certificate, key, _bundle(certificate, folder))


def own_certificate(folder: Path, names: Iterable[str]) -> Certificate:
    """The one in `folder`, made anew when it is about to expire, cannot be read, or is for other `names`: host names
    and numbers. Its key is readable by the user alone.
    """
    _prepare(folder)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    wanted = [_general(name) for name in dict.fromkeys(names)]
    if not (key.is_file() and _still_good(certificate, wanted)):
        _make(certificate, key, wanted)
    return given_certificate(certificate, key, folder)


def environment(address: str, certificate: Certificate, token: str) -> str:
    """What a POSIX shell has to set, line by line, for fal's official client to reach `address` (host and port)."""
    variables = {
        "FAL_QUEUE_RUN_HOST": f"{address}/queue",
        "FAL_RUN_HOST": f"{address}/run",
        "SSL_CERT_FILE": str(certificate.bundle),
        "FAL_KEY": token,
    }
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise os_error_to_output_error(error, folder) from error


def _bundle(certificate: Path, folder: Path) -> Path:
    # httpx trusts what SSL_CERT_FILE names in place of all else, so the web's authorities have to be in it too.
    _prepare(folder)
    bundle = folder / "bundle.pem"
    write_atomic(bundle, Path(certifi.where()).read_bytes() + b"\n" + certificate.read_bytes())
    return bundle


def _still_good(path: Path, wanted: list[x509.GeneralName]) -> bool:
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    return list(names) == wanted and datetime.now(UTC) < found.not_valid_after_utc - _RENEWED_BEFORE


def _make(certificate: Path, key: Path, names: list[x509.GeneralName]) -> None:
    secret = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Superwhite on this machine")])
    now = datetime.now(UTC)
    # Of its own authority, and so CA:TRUE, which httpx wants of whom it is told to trust; the key identifiers are what
    # strict verification asks for (RFC 5280, 4.2.1.1 and 4.2.1.2).
    identifier = x509.SubjectKeyIdentifier.from_public_key(secret.public_key())
    made = (
        x509.CertificateBuilder(subject, subject, secret.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(secret, hashes.SHA256())
    )
    private = secret.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_atomic(key, private, mode=0o600)
    write_atomic(certificate, made.public_bytes(serialization.Encoding.PEM))


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
