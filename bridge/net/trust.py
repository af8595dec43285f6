"""Whom this machine trusts, and what is wrong with a certificate that it does not."""

from __future__ import annotations

import os
import ssl

import certifi
import truststore


def trust() -> ssl.SSLContext:
    """What this system trusts, by the system's own means: a company's certificate is installed there. Beside it what
    Mozilla trusts, for systems without a store; `SSL_CERT_FILE` takes the place of that. Blocks: files are read.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=os.environ.get("SSL_CERT_FILE") or certifi.where())
    return context


def find_certificate_error(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """The refused certificate among the causes of an error of httpx."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    return cause


def explain(host: str, error: ssl.SSLCertVerificationError) -> str:
    """What to tell an editor. The numbers are those of OpenSSL's X509_V_ERR_ constants."""
    match error.verify_code:
        case 9:
            return f"The certificate of {host} is not valid yet. Check the date of this machine."
        case 10:
            return (
                f"The certificate of {host} has expired: its owner has to renew it. Check the date of this machine."
            )
        case 62 | 64:
            return f"The certificate is for another name than {host}. Check the address."
        case _:
            return (
                f"The certificate of {host} comes from nobody that this machine trusts ({error.verify_message}). Where "
                "a company network looks into its traffic, its certificate has to be installed in this system, or "
                "named in SSL_CERT_FILE."
            )
