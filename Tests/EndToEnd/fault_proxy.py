"""A proxy that does to requests what networks do: loses them, loses their answers, doubles, delays and reorders them."""

import http.client
import http.server
import random
import threading
import time
from urllib.parse import urlsplit


class FaultProxy:
    """Passes requests on to `target`. `fault(method, path)` names what happens to each: None, "drop request", "drop answer",
    "double", "delay", "error", a status to refuse it with, or the bytes to answer it with."""

    def __init__(self, target: str, fault=lambda method, path: None):
        self.target, self.fault = urlsplit(target).netloc, fault
        self.seen: list[tuple[str, str, str | int | bytes | None]] = []
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                what = proxy.fault(self.command, self.path)
                proxy.seen.append((self.command, self.path, what))
                if what == "drop request":
                    self.close_connection = True
                    return
                if what == "error":
                    return self.answer(500, [], b"{}")
                if isinstance(what, bytes):
                    return self.answer(200, [], what)
                if isinstance(what, int):
                    return self.answer(what, [], b'{"error": {"code": "refused", "message": "Refused by the network."}}')
                if what == "delay":
                    time.sleep(random.uniform(0.2, 1.0))
                status, headers, answer = proxy.forward(self.command, self.path, dict(self.headers), body)
                if what == "double":
                    status, headers, answer = proxy.forward(self.command, self.path, dict(self.headers), body)
                if what == "drop answer":
                    self.close_connection = True
                    return
                self.answer(status, headers, answer)

            def answer(self, status: int, headers: list, body: bytes) -> None:
                self.send_response(status)
                for name, value in headers:
                    if name.lower() in ("content-type",):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_DELETE = handle_any

            def log_message(self, *arguments) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def forward(self, method: str, path: str, headers: dict, body: bytes):
        connection = http.client.HTTPConnection(self.target, timeout=20)
        kept = {k: v for k, v in headers.items() if k.lower() not in ("host", "connection", "content-length")}
        connection.request(method, path, body or None, kept)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.getheaders(), content

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
