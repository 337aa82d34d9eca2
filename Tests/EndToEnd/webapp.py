"""Web mini-apps for tests: their folders, and their launch data as a server of theirs would check it."""

import http.client
import json
import time
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiogram.utils.web_app import WebAppInitData, safe_parse_webapp_init_data

from stoa import Answer, Server, User

STORE = {"name": "store", "reason": "to remember what you do"}
SEND = {"name": "messages.send", "reason": "to answer you"}

BOT = """
local stoa = require "stoa"
stoa.action("web_app_data", function(ctx, data) ctx.chat:send("got " .. data .. " from " .. ctx.user.name) end)
stoa.command("kept", function(chat) chat:send(tostring(chat.user.store:get("cloud:score"))) end)
"""

PAGE = """<!doctype html><html><head><meta charset="utf-8"><script src="/stoa-web-app.js"></script></head><body>Hello</body></html>"""


def deploy_web(
    server: Server, name: str, files: dict[str, str], main: str = BOT, origins: list[str] = (), capabilities: tuple = (STORE, SEND),
    **manifest,
) -> dict:
    """Deploys a bundle whose page is web/index.html."""
    manifest.setdefault("web", {"entry": "web/index.html", "origins": list(origins)})
    return server.deploy(
        name, main, {f"web/{path}": text for path, text in files.items()}, kind="miniapp", capabilities=capabilities, **manifest)


def launch(user: User, app: str, **more) -> dict:
    answer = user.call("POST", f"/v1/apps/{app}/launch", more)
    assert answer.status == 200, answer.body
    return answer.json


def token_of(server: Server, app: str, *options: str) -> str:
    done = server.cli("webapp", "token", app, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def checked(token: str, init_data: str, now: float | None = None) -> WebAppInitData:
    """As the guide has it: by the hash, and not older than an hour."""
    data = safe_parse_webapp_init_data(token, init_data)
    if (now or time.time()) - data.auth_date.timestamp() > 3600:
        raise ValueError("The launch data is stale.")
    return data


def changed(init_data: str, **fields: str) -> str:
    return urlencode({**dict(parse_qsl(init_data)), **fields})


@dataclass
class Host:
    """What the server answers at a host of web mini-apps."""

    server: Server
    name: str

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection(self.server.host, timeout=20)
        try:
            port = urlsplit(self.server.url).port
            connection.request(method, path, headers={"Host": f"{self.name}.localhost:{port}", **headers})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()


def user_of(data: WebAppInitData) -> dict:
    return json.loads(data.user.model_dump_json(exclude_none=True))
