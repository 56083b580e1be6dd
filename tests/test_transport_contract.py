"""What every transport must hold to: above all, telling what was never sent from what may have been."""

from __future__ import annotations

import io
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.raw_server import Connection, closed_port, full_backlog, raw_server
from trunkline.clouds.transport import LARGEST_BODY, Request, Timeouts, Transport
from trunkline.clouds.transport_any import AnyTransport
from trunkline.clouds.transport_pyreqwest import PyreqwestTransport
from trunkline.clouds.transport_socket import SocketTransport
from trunkline.errors import CloudError, NoAnswer

SHORT = Timeouts(connect=0.3, read=0.4)


@pytest.fixture(params=[PyreqwestTransport, AnyTransport])
def transport(request) -> Iterator[Transport]:
    transport = request.param(SHORT)
    yield transport
    transport.close()


def post(url: str) -> Request:
    return Request("POST", f"{url}/things?q=1", {"Content-Type": "application/json"}, b'{"a": 1}')


def fails(transport: Transport, url: str) -> NoAnswer:
    with pytest.raises(NoAnswer) as caught:
        transport.send(post(url))
    return caught.value


def read_and(then: Callable[[Connection], None]) -> Callable[[Connection], None]:
    def handle(connection: Connection) -> None:
        connection.request()
        then(connection)

    return handle


def test_a_request_arrives_as_it_was_given_and_the_answer_as_it_was_sent(transport):
    head = b"X-Twice: a\r\nx-twice: b\r\nContent-Type: application/json\r\n"
    with raw_server(read_and(lambda c: c.ok(b'{"b": 2}', b"418 Teapot", head))) as server:
        answer = transport.send(post(server.url))

    sent = server.requests[0]
    assert sent.startswith(b"POST /things?q=1 HTTP/1.1\r\n")
    assert sent.endswith(b'\r\n\r\n{"a": 1}')
    assert b"trunkline/" in sent
    assert (answer.status, answer.body, answer.size) == (418, b'{"b": 2}', 8)
    assert answer.headers["x-twice"] == "a, b"


def test_a_refused_connection_was_never_sent(transport):
    assert not fails(transport, f"http://127.0.0.1:{closed_port()}").sent


def test_a_connection_never_made_was_never_sent(transport):
    with full_backlog() as port:
        error = fails(transport, f"http://127.0.0.1:{port}")

    assert not error.sent
    assert "in time" in error.message


def test_a_name_that_resolves_nowhere_was_never_sent(transport):
    assert not fails(transport, "http://nowhere.invalid").sent


def test_what_is_no_url_was_never_sent(transport):
    assert not fails(transport, "http://[::1").sent


def test_a_failed_handshake_was_never_sent(transport):
    with raw_server(lambda c: c.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        assert not fails(transport, f"https://127.0.0.1:{server.port}").sent


@pytest.mark.parametrize(
    "break_off",
    [
        pytest.param(Connection.reset_unread, id="reset before the request is read"),
        pytest.param(read_and(Connection.reset), id="reset after the request is read"),
        pytest.param(read_and(lambda c: c.sock.close()), id="closed without an answer"),
        pytest.param(read_and(Connection.wait), id="no answer in time"),
        pytest.param(lambda c: c.wait(), id="never even read"),
        pytest.param(read_and(lambda c: c.send(b"HTTP/1.1 200 OK\r\nContent-")), id="half a head"),
        pytest.param(
            read_and(lambda c: c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")), id="half a body"
        ),
        pytest.param(
            read_and(lambda c: (c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), c.wait())),
            id="a body that stalls",
        ),
        pytest.param(
            read_and(lambda c: c.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nno\r\n")),
            id="garbage for chunks",
        ),
        pytest.param(
            read_and(lambda c: c.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n")),
            id="chunks without an end",
        ),
        pytest.param(
            read_and(lambda c: c.ok(b"hello", head=b"Content-Encoding: gzip\r\n")), id="a false encoding"
        ),
        pytest.param(read_and(lambda c: c.send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")), id="another protocol"),
        pytest.param(
            read_and(
                lambda c: c.send(
                    b"HTTP/1.1 200 OK\r\nX: " + b"a" * 2_000_000 + b"\r\nContent-Length: 0\r\n\r\n"
                )
            ),
            id="a huge header",
        ),
    ],
)
def test_whatever_breaks_after_connecting_counts_as_sent(transport, break_off):
    with raw_server(break_off) as server:
        error = fails(transport, server.url)

    assert error.sent
    assert "look before repeating" in (error.hint or "")


def test_a_connection_that_went_stale_never_sends_a_post_twice(transport):
    def handle(connection: Connection) -> None:
        connection.request()
        connection.ok()
        connection.request()
        connection.reset()

    with raw_server(handle) as server:
        transport.send(post(server.url))
        assert fails(transport, server.url).sent
        time.sleep(0.05)

    assert len(server.requests) == 2


def test_a_connection_is_kept_for_the_next_request(transport):
    def handle(connection: Connection) -> None:
        while connection.request():
            connection.ok()

    with raw_server(handle) as server:
        for _ in range(3):
            transport.send(post(server.url))

    assert server.connections == 1


def test_a_redirect_is_answered_and_not_followed(transport):
    with raw_server(read_and(lambda c: c.ok())) as elsewhere:
        location = f"Location: {elsewhere.url}/\r\n".encode()
        with raw_server(read_and(lambda c: c.ok(b"", b"307 Temporary Redirect", location))) as server:
            answer = transport.send(post(server.url))

    assert answer.status == 307
    assert elsewhere.requests == []


def test_one_request_may_wait_longer_than_the_others(transport):
    def handle(connection: Connection) -> None:
        connection.request()
        time.sleep(0.6)
        connection.ok(b"late")

    with raw_server(handle) as server:
        assert fails(transport, server.url).sent
        patient = Request("POST", server.url, body=b"", read_timeout=5)
        assert transport.send(patient).body == b"late"


def test_a_body_goes_to_a_file_piece_by_piece(transport):
    class Sink(io.RawIOBase):
        pieces: list[int]

        def write(self, piece) -> int:
            self.pieces.append(len(piece))
            return len(piece)

    sink = Sink()
    sink.pieces = []
    with raw_server(read_and(lambda c: c.ok(b"x" * 8_000_000))) as server:
        answer = transport.send(Request("GET", server.url), sink)

    assert (answer.body, answer.size) == (b"", 8_000_000)
    assert sum(sink.pieces) == 8_000_000
    assert max(sink.pieces) < 1_000_000


def test_an_error_never_goes_to_the_file(transport):
    sink = io.BytesIO()
    with raw_server(read_and(lambda c: c.ok(b"no such flow", b"404 Not Found"))) as server:
        answer = transport.send(Request("GET", server.url), sink)

    assert (answer.status, answer.body, sink.getvalue()) == (404, b"no such flow", b"")


def test_a_full_disk_is_no_fault_of_the_cloud(transport):
    class Full(io.RawIOBase):
        def write(self, piece) -> int:
            raise OSError(28, "No space left on device")

    with raw_server(read_and(lambda c: c.ok(b"x" * 100))) as server, pytest.raises(OSError, match="No space"):
        transport.send(Request("GET", server.url), Full())


def test_an_endless_answer_is_not_kept_in_memory(transport, monkeypatch):
    monkeypatch.setattr("trunkline.clouds.transport.LARGEST_BODY", 1 << 20)

    def handle(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")

    assert LARGEST_BODY > 60_000_000
    with raw_server(handle) as server, pytest.raises(CloudError, match="larger than 1 MB"):
        transport.send(Request("GET", f"{server.url}/flows?token=x"))


def test_an_answer_without_a_length_ends_with_its_connection(transport):
    def handle(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.0 200 OK\r\n\r\nall of it")

    with raw_server(handle) as server:
        for _ in range(2):
            assert transport.send(post(server.url)).body == b"all of it"

    assert server.connections == 2


def test_what_a_server_says_on_the_way_is_not_the_answer(transport):
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n"
    with raw_server(read_and(lambda c: (c.send(early), c.ok(b"the answer")))) as server:
        answer = transport.send(post(server.url))

    assert (answer.status, answer.body) == (200, b"the answer")
    assert "link" not in answer.headers


def test_an_answer_to_head_has_no_body(transport):
    with raw_server(read_and(lambda c: c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 70\r\n\r\n"))) as server:
        answer = transport.send(Request("HEAD", server.url))

    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "70")


@pytest.mark.parametrize(("encoding", "wbits"), [("gzip", 31), ("deflate", 15)])
@pytest.mark.parametrize("chunked", [False, True])
def test_what_a_gateway_compressed_is_read_all_the_same(transport, encoding, wbits, chunked):
    packer = zlib.compressobj(wbits=wbits)
    text = b"0123456789" * 300_000
    body = packer.compress(text) + packer.flush()

    def handle(connection: Connection) -> None:
        connection.request()
        head = f"Content-Encoding: {encoding}\r\n".encode()
        if not chunked:
            connection.ok(body, head=head)
            return
        connection.send(b"HTTP/1.1 200 OK\r\n" + head + b"Transfer-Encoding: chunked\r\n\r\n")
        for start in range(0, len(body), 1000):
            piece = body[start : start + 1000]
            connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))
        connection.send(b"0\r\n\r\n")

    with raw_server(handle) as server:
        answer = transport.send(Request("GET", server.url))

    assert (answer.body == text, answer.size) == (True, len(text))


def test_a_header_that_holds_another_is_never_sent(transport):
    with raw_server(read_and(lambda c: c.ok())) as server, pytest.raises(NoAnswer) as caught:
        transport.send(Request("GET", server.url, {"X-One": "1\r\nX-Two: 2"}))

    assert not caught.value.sent
    assert server.requests == []


def test_threads_share_one_transport(transport):
    def handle(connection: Connection) -> None:
        while request := connection.request():
            connection.ok(request.split(b" ", 2)[1])

    with raw_server(handle) as server, ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda n: transport.send(Request("GET", f"{server.url}/{n}")).body, range(100))

        assert list(answers) == [b"/%d" % n for n in range(100)]


@pytest.mark.parametrize("kind", [PyreqwestTransport, AnyTransport])
def test_a_proxy_of_the_environment_is_used_but_where_no_proxy_says_otherwise(kind, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://me:secret-word@127.0.0.1:0")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with raw_server(read_and(lambda c: c.ok(b"proxied"))) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://me:secret-word@127.0.0.1:{proxy.port}")
        monkeypatch.setenv("http_proxy", f"http://me:secret-word@127.0.0.1:{proxy.port}")

        assert kind(SHORT).send(Request("GET", "http://cloud.invalid/x")).body == b"proxied"

        monkeypatch.setenv("NO_PROXY", "cloud.invalid")
        assert not fails(kind(SHORT), "http://cloud.invalid").sent
    assert proxy.requests[0].startswith(b"GET http://cloud.invalid/x HTTP/1.1")


@pytest.mark.parametrize("kind", [PyreqwestTransport, AnyTransport])
def test_this_machine_is_never_asked_through_a_proxy(kind, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with raw_server(read_and(lambda c: c.ok(b"direct"))) as server:
        assert kind(SHORT).send(Request("GET", server.url)).body == b"direct"


def test_a_request_shows_no_token_in_its_repr():
    request = Request(
        "POST", "https://x/", {"Authorization": "Bearer t0ken-text"}, b"client_secret=t0ken-text"
    )

    assert "t0ken-text" not in repr(request)


def test_a_proxy_that_opens_no_tunnel_means_never_sent(monkeypatch):
    with raw_server(read_and(lambda c: c.ok(b"", b"403 Forbidden"))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("https_proxy", proxy.url)

        assert not fails(PyreqwestTransport(SHORT), "https://cloud.invalid").sent
    assert proxy.requests[0].startswith(b"CONNECT cloud.invalid:443")


def test_a_private_authority_is_trusted_when_the_environment_says_so(monkeypatch, tmp_path):
    trustme = _own_authority(tmp_path)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)

    def handle(connection: Connection) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(trustme / "cert.pem", trustme / "key.pem")
        with context.wrap_socket(connection.sock, server_side=True) as sock:
            inner = Connection(connection.server, sock)
            inner.request()
            inner.ok(b"private")

    with raw_server(handle) as server:
        url = f"https://localhost:{server.port}"
        assert not fails(PyreqwestTransport(SHORT), url).sent
        assert server.requests == []

        monkeypatch.setenv("SSL_CERT_FILE", str(trustme / "cert.pem"))
        assert PyreqwestTransport(SHORT).send(Request("GET", url)).body == b"private"


def _own_authority(folder):
    """A certificate for localhost that is its own authority, with its key."""
    pytest.importorskip("cryptography")
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return folder


@pytest.mark.parametrize("kind", [PyreqwestTransport, AnyTransport])
def test_the_main_thread_can_be_interrupted_while_it_waits(kind):
    with raw_server(read_and(Connection.wait)) as server, pytest.raises(KeyboardInterrupt):
        transport = kind(Timeouts(read=30))
        threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT]).start()
        transport.send(Request("GET", server.url))


def test_the_library_is_imported_by_the_first_request_and_not_before():
    code = (
        "import sys, trunkline.clouds; print([m for m in sys.modules if 'reqwest' in m or 'httptools' in m])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert shown.stdout.strip() == "[]"


def test_a_server_that_refuses_half_way_is_heard():
    """What it said is there, although it did not read to the end."""

    def handle(connection: Connection) -> None:
        connection.sock.recv(1000)
        connection.ok(b"too large", b"413 Payload Too Large", b"Connection: close\r\n")
        connection.sock.shutdown(socket.SHUT_WR)
        while connection.sock.recv(65536):
            pass

    with raw_server(handle) as server:
        answer = SocketTransport(SHORT).send(Request("POST", server.url, body=b"x" * 5_000_000))

    assert (answer.status, answer.body) == (413, b"too large")


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "http://bücher.example/", "http://127.0.0.1:99999/", "x"]
)
def test_plain_sockets_refuse_what_they_do_not_reach(url):
    with pytest.raises(NoAnswer, match="no request can be sent") as caught:
        SocketTransport(SHORT).send(Request("GET", url))

    assert not caught.value.sent


def test_a_query_needs_no_path_before_it():
    with raw_server(read_and(lambda c: c.ok())) as server:
        SocketTransport(SHORT).send(Request("GET", f"{server.url}?a=1"))

    assert server.requests[0].startswith(b"GET /?a=1 HTTP/1.1\r\n")


def test_an_encoding_that_nobody_knows_counts_as_sent():
    with raw_server(read_and(lambda c: c.ok(b"x", head=b"Content-Encoding: br\r\n"))) as server:
        error = fails(SocketTransport(SHORT), server.url)

    assert error.sent
    assert error.message == "the answer is encoded as 'br', which was not asked for"


def test_an_empty_body_is_empty_however_it_is_encoded():
    with raw_server(read_and(lambda c: c.ok(b"", head=b"Content-Encoding: gzip\r\n"))) as server:
        assert SocketTransport(SHORT).send(post(server.url)).body == b""


def test_a_connection_that_the_server_closed_is_replaced():
    """Before anything is sent on it: no request is left in doubt."""

    def handle(connection: Connection) -> None:
        connection.request()
        connection.ok()

    transport = SocketTransport(SHORT)
    with raw_server(handle) as server:
        for count in range(1, 4):
            assert transport.send(post(server.url)).status == 200
            assert server.left.wait(5), "the server closes its side"
            server.left.clear()
            assert len(server.requests) == count


def test_more_than_was_asked_for_is_no_answer_to_the_next():
    def handle(connection: Connection) -> None:
        while connection.request():
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nright" * 2)

    transport = SocketTransport(SHORT)
    with raw_server(handle) as server:
        for _ in range(3):
            assert transport.send(post(server.url)).body == b"right"

    assert len(server.requests) == 3
