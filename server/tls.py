"""The certificate under which the server itself speaks TLS, where no proxy stands before it."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from gevent import ssl as gevent_ssl  # type: ignore[import-untyped]


class CertificateUnusable(Exception):  # noqa: N818 - a refusal to start, in one sentence
    """The server cannot speak TLS with these files."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of a certificate with its chain, and of its key, both PEM."""

    cert: Path
    key: Path


def context(certificate: Certificate) -> ssl.SSLContext:
    """Give the context of a listener: TLS 1.2 or later. Raises CertificateUnusable."""
    made = gevent_ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    for file in (certificate.cert, certificate.key):
        if not file.is_file():
            raise CertificateUnusable(f"There is no file {file}: check its name.")
    try:
        # Without a password of its own OpenSSL would ask the terminal for that of a sealed key.
        made.load_cert_chain(certificate.cert, certificate.key, password="")
    except ssl.SSLError as error:
        raise CertificateUnusable(
            f"{certificate.cert} and {certificate.key} cannot be used ({error.reason or error}): give a"
            " certificate and its own key, both PEM, the key without a password."
        ) from error
    except OSError as error:
        raise CertificateUnusable(f"{certificate.key} cannot be read: {error.strerror}.") from error
    return made  # type: ignore[no-any-return]
