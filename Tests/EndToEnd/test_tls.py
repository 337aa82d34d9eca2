"""The server with a certificate: HTTPS and WSS work, what is not TLS gets nowhere, and wrong files are told."""

import asyncio
import http.client
import json
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
import websockets


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the old versions, which it tries on purpose
def test_https_and_wss(make_server, certificate):
    cert, key = certificate
    server = make_server("--tls-cert", str(cert), "--tls-key", str(key)).start()
    assert server.url.startswith("https://127.0.0.1:")
    user = server.user("alice")
    trusted = ssl.create_default_context(cafile=cert)

    connection = http.client.HTTPSConnection(server.host, timeout=10, context=trusted)
    connection.request("GET", "/v1/me", headers={"Authorization": f"Bearer {user.token}"})
    assert json.load(connection.getresponse())["name"] == "alice"
    assert connection.sock.version() in ("TLSv1.2", "TLSv1.3")
    connection.close()

    async def stream():
        headers = {"Authorization": f"Bearer {user.token}"}
        async with websockets.connect(f"wss://{server.host}/v1/stream", ssl=trusted, additional_headers=headers) as socket:
            await socket.send(json.dumps({"op": "send", "chat": 1, "text": "x", "nonce": "n"}))
            return json.loads(await asyncio.wait_for(socket.recv(), 10))

    assert asyncio.run(stream())["error"]["code"] == "chat_not_found"

    host, port = server.host.split(":")
    for first in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\xff\xff" + bytes(64)):
        with socket.create_connection((host, int(port)), timeout=10) as plain:
            plain.sendall(first)
            try:
                assert b" 200 " not in plain.recv(4096)
            except ConnectionResetError:
                pass
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.load_verify_locations(cert)
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, OSError)):
        old.wrap_socket(socket.create_connection((host, int(port)), timeout=10), server_hostname="127.0.0.1")
    assert server.process.poll() is None and server.stop() == 0


def test_wrong_files_are_told(make_server, certificate, tmp_path):
    cert, key = certificate
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    for files in ((broken, key), (cert, broken), (tmp_path / "none.pem", key), (key, cert)):
        server = make_server("--tls-cert", str(files[0]), "--tls-key", str(files[1]))
        with pytest.raises(AssertionError, match="did not start"):
            server.start()
        assert any(line.startswith("stoa: ") and len(line) > 20 for line in server.output), server.output
        assert server.process.wait(5) == 1
