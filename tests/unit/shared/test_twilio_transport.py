"""Requests go out once, over connections that are kept; of what goes wrong it is known whether anything went out."""

import datetime
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared.reaching.twilio_transport import NOBODY_KNOWS, NeverConnected, Transport

HOST = "127.0.0.1"
ADDRESS = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json"
SECONDS = 20.0
POLL_SECONDS = 0.01


class Vendor(ThreadingHTTPServer):
    """A server that notes what it is asked, and over how many connections."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), Answering)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.connections = 0
        self.is_silent = False
        self.says_goodbye = False
        self.has_hung_up = threading.Event()
        self.is_over = threading.Event()

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.has_hung_up.set()

    def transport(self, scheme: str = "http", connections: int = 1, seconds: float = SECONDS) -> Transport:
        """What speaks to it."""
        return Transport(f"{scheme}://{HOST}:{self.server_port}", connections, seconds)


class Answering(BaseHTTPRequestHandler):
    """One connection to it."""

    protocol_version = "HTTP/1.1"
    server: Vendor

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        if self.server.is_silent:
            self.close_connection = self.server.is_over.wait(SECONDS)
            return
        answer = b'{"sid": "SM1"}'
        self.send_response(201)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        # Without a word of it in the answer, as a server does that finds a connection idle for too long.
        self.close_connection = self.server.says_goodbye

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with Vendor() as server:
        threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
        yield server
        server.is_over.set()
        server.shutdown()


def post(transport: Transport, **given: Any) -> Any:
    """Ask as the SDK does."""
    return transport.request("POST", ADDRESS, **({"data": {"To": "+14165550100", "Body": "Bonjour à tous"}} | given))


def test_a_request_goes_to_our_address_as_the_sdk_asks_for_it(vendor: Vendor) -> None:
    answer = post(vendor.transport(), params={"Page": 2}, headers={"X-Told": "yes"}, auth=("AC1", "token"))

    ((method, path, headers, body),) = vendor.asked
    assert (answer.status_code, answer.text) == (201, '{"sid": "SM1"}')
    assert (method, path) == ("POST", "/2010-04-01/Accounts/AC1/Messages.json?Page=2")
    assert (headers["X-Told"], headers["Authorization"]) == ("yes", "Basic QUMxOnRva2Vu")
    assert body == b"To=%2B14165550100&Body=Bonjour+%C3%A0+tous"


def test_a_question_has_no_body(vendor: Vendor) -> None:
    vendor.transport().request("GET", ADDRESS, params={"To": "+14165550100"})

    ((method, path, headers, body),) = vendor.asked
    assert (method, path.partition("?")[2], body) == ("GET", "To=%2B14165550100", b"")
    assert "Content-Length" not in headers


def test_a_connection_is_kept(vendor: Vendor) -> None:
    transport = vendor.transport()

    for _ in range(3):
        post(transport)

    assert (len(vendor.asked), vendor.connections) == (3, 1)


def test_no_more_connections_are_made_than_are_needed(vendor: Vendor) -> None:
    transport = vendor.transport(connections=8)

    for _ in range(9):
        post(transport)

    assert vendor.connections == 1


def test_as_many_ask_at_the_same_time_as_there_are_connections_and_the_others_wait(vendor: Vendor) -> None:
    transport = vendor.transport(connections=2)
    asking = [threading.Thread(target=post, args=(transport,)) for _ in range(6)]

    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()

    assert len(vendor.asked) == 6
    assert vendor.connections <= 2


def test_where_the_other_side_has_hung_up_a_request_goes_out_once_over_another_connection(vendor: Vendor) -> None:
    vendor.says_goodbye = True
    transport = vendor.transport()
    post(transport)
    assert vendor.has_hung_up.wait(SECONDS)

    answer = post(transport)

    assert answer.status_code == 201
    assert (len(vendor.asked), vendor.connections) == (2, 2)


def test_a_request_without_an_answer_is_not_sent_again_and_the_next_has_its_own_answer(vendor: Vendor) -> None:
    vendor.is_silent = True
    transport = vendor.transport(seconds=2.0)
    with pytest.raises(NOBODY_KNOWS):
        post(transport)
    vendor.is_silent = False

    answer = post(transport)

    assert answer.status_code == 201
    assert len(vendor.asked) == 2


def test_where_nobody_is_it_is_known_that_nothing_was_sent() -> None:
    with Vendor() as server:
        transport = server.transport()

    with pytest.raises(NeverConnected, match="ConnectionRefusedError"):
        post(transport)


def test_what_went_wrong_leaves_a_connection_for_the_next(vendor: Vendor) -> None:
    transport = vendor.transport()
    with pytest.raises(NOBODY_KNOWS):
        post(transport, headers={"X-Told": "no\r\nheader: of ours"})

    answer = post(transport)

    assert answer.status_code == 201
    assert len(vendor.asked) == 1


def test_over_tls_connections_are_kept_too(vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(speak_tls(vendor, tmp_path)))
    transport = vendor.transport("https")

    for _ in range(3):
        post(transport)

    assert (len(vendor.asked), vendor.connections) == (3, 1)


def test_nothing_is_sent_to_whom_no_certificate_vouches_for(vendor: Vendor, tmp_path: Path) -> None:
    speak_tls(vendor, tmp_path)

    with pytest.raises(NeverConnected, match="SSLCertVerificationError"):
        post(vendor.transport("https"))

    assert vendor.asked == []


def speak_tls(vendor: Vendor, folder: Path) -> Path:
    """Have it speak TLS from now on; the certificate to trust it by."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    write_certificate(certificate, key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    vendor.socket = context.wrap_socket(vendor.socket, server_side=True)
    return certificate


def write_certificate(certificate: Path, key: Path) -> None:
    """A certificate of this machine's, signed by itself."""
    private, nobody, number = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), x509.random_serial_number()
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))])
    unsigned = x509.CertificateBuilder(nobody, nobody, private.public_key(), number, now - day, now + day)
    signed = unsigned.add_extension(names, critical=True).sign(private, hashes.SHA256())
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key.write_bytes(private.private_bytes(serialization.Encoding.PEM, *plain))
