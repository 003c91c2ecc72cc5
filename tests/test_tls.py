"""TLS by the server itself, with a certificate made for the test; what it refuses to start with."""

import contextlib
import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import requests
import websocket
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.primary import epoch_at
from server.register import Register
from tests.hall_process import ROOT
from tests.network_hall import HALL
from tests.socket_client import PATH


def made(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a certificate for this machine that signs itself; gives its file and its key's."""
    key = ec.generate_private_key(ec.SECP256R1())
    called, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert_file, key_file


def command(folder: Path, *tls: str) -> list[str]:
    """Give the command that runs a hall with such options."""
    (folder / "hall.toml").write_text(HALL)
    run = [sys.executable, "-m", "server", "run", "--hall", str(folder / "hall.toml")]
    return [*run, "--data", str(folder / "data"), "--port", "0", *tls]


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, Register]]:
    """Run a hall over TLS; gives its address, the certificate and the register."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = made(folder, "hall")
    words = command(folder, "--tls-cert", str(cert), "--tls-key", str(key))
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout
    line = next(line for line in process.stdout if " at http" in line)
    yield line.split()[-1], cert, Register(folder / "data")
    process.terminate()
    process.stdout.close()
    process.wait(20)


def test_pages_and_sessions_go_over_tls(secure: tuple[str, Path, Register]) -> None:
    """The cookie is for TLS alone, browsers are told to stay, and a page over plain HTTP changes nothing."""
    url, cert, register = secure
    assert url.startswith("https://127.0.0.1:")
    said = {"name": "aygun", "password": register.add_operator("aygun", "lead")}
    browser = requests.Session()
    browser.trust_env = False  # else the environment's authorities would be asked in place of these
    browser.verify = str(cert)
    answer = browser.post(f"{url}/api/v1/session", json=said, headers={"Origin": url}, timeout=20)
    assert answer.status_code == 200
    assert "Secure" in answer.headers["Set-Cookie"].split("; ")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    plain = {"Origin": url.replace("https", "http")}
    assert browser.delete(f"{url}/api/v1/session", headers=plain, timeout=20).status_code == 403
    assert browser.delete(f"{url}/api/v1/session", headers={"Origin": url}, timeout=20).status_code == 204
    browser.close()


def test_a_standby_over_tls_is_asked_too(secure: tuple[str, Path, Register]) -> None:
    """A server that starts knows from where it was followed, and not how to speak there."""
    url, cert, _ = secure
    epoch = requests.get(f"{url}/readyz", verify=str(cert), timeout=5).json()["epoch"]
    assert epoch_at(url.replace("https://", "http://"), 5) == epoch != ""


def test_sockets_go_over_tls(secure: tuple[str, Path, Register]) -> None:
    """Commands too, large frames whole; nobody connects who trusts another authority."""
    url, cert, register = secure
    token = register.add_device("system", "integration")
    address = f"wss{url.removeprefix('https')}{PATH}"
    wire = websocket.create_connection(address, timeout=20, sslopt={"ca_certs": str(cert)})
    assert str(wire.recv()).startswith("0{")
    wire.send("40" + json.dumps({"token": token}))
    assert str(wire.recv()).startswith("40{")
    wire.send('421["command",{"type":"issue_ticket","id":"over-tls-1","service":"passport"}]')
    assert json.loads(str(wire.recv())[3:])[0]["ok"] is True
    wire.close()
    with pytest.raises(ssl.SSLCertVerificationError):
        websocket.create_connection(address, timeout=20)


def test_nothing_older_is_spoken(secure: tuple[str, Path, Register]) -> None:
    """No TLS 1.1; and who speaks plain HTTP gets no answer, and stops nobody."""
    url, cert, _ = secure
    host, port = url.removeprefix("https://").split(":")
    old = ssl.create_default_context(cafile=str(cert))
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection((host, int(port)), timeout=20) as plain, pytest.raises(ssl.SSLError):
        old.wrap_socket(plain, server_hostname=host)
    with socket.create_connection((host, int(port)), timeout=20) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            assert b"200 OK" not in plain.recv(1000)
    assert requests.get(f"{url}/healthz", verify=str(cert), timeout=20).json()["ok"] is True


@pytest.mark.parametrize(
    ("cert", "key", "status", "says"),
    [
        pytest.param("one.pem", "", 2, "both a certificate and its key", id="no key"),
        pytest.param("one.pem", "none.key", 1, "There is no file", id="a file that is not there"),
        pytest.param("one.pem", "two.key", 1, "cannot be used", id="another's key"),
        pytest.param("hall.toml", "one.key", 1, "cannot be used", id="no certificate at all"),
    ],
)
def test_a_certificate_that_is_none_is_said(
    tmp_path: Path, cert: str, key: str, status: int, says: str
) -> None:
    """In one sentence, and nothing is served."""
    made(tmp_path, "one")
    made(tmp_path, "two")
    given = ["--tls-cert", str(tmp_path / cert), *(["--tls-key", str(tmp_path / key)] if key else [])]
    done = subprocess.run(
        command(tmp_path, *given), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert says in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
