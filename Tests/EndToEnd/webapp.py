"""Web mini-apps for tests: their folders, and their launch data as a server of theirs would check it."""

import http.client
import json
import time
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiogram.utils.web_app import WebAppInitData, safe_parse_webapp_init_data
from playwright.sync_api import Page

from miniapps import let_in
from stoa import Answer, Server, User, wait_for

STORE = {"name": "store", "reason": "to remember what you do"}
SEND = {"name": "messages.send", "reason": "to answer you"}

BOT = """
local stoa = require "stoa"
stoa.action("web_app_data", function(ctx, data) ctx.chat:send("got " .. data .. " from " .. ctx.user.name) end)
stoa.command("kept", function(chat) chat:send(tostring(chat.user.store:get("cloud:score"))) end)
"""

PAGE = """<!doctype html><html><head><meta charset="utf-8"><script src="/stoa-web-app.js"></script></head><body>Hello</body></html>"""

# As Telegram's guide would have it: its own script's address, a script in the page, and nothing of Stoa.
TELEGRAM = """<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<script src="https://telegram.org/js/telegram-web-app.js?59"></script>
<style>body { margin: 0; padding: 20px; font: 16px system-ui; background: var(--tg-theme-bg-color); color: var(--tg-theme-text-color) }
button { padding: 10px 16px; border: 0; border-radius: 10px; background: var(--tg-theme-button-color);
color: var(--tg-theme-button-text-color); font: inherit }</style>
</head><body>
<h1>Pies for <span id="who"></span></h1>
<p>In the cart: <b id="count">…</b></p>
<button id="add">Add a pie</button> <button id="site">Our site</button>
<p id="said" style="color: var(--tg-theme-hint-color)"></p>
<script>
  const app = window.Telegram.WebApp;
  const say = (text) => document.getElementById('said').textContent = text;
  let count = 0;
  document.getElementById('who').textContent = app.initDataUnsafe.user.first_name;
  app.ready();
  app.expand();
  app.CloudStorage.getItem('count', (error, value) => { count = Number(value) || 0; show(); });
  function show() {
    document.getElementById('count').textContent = count;
    app.MainButton.setText('Order ' + count).onClick(order);
    if (count) app.MainButton.show(); else app.MainButton.hide();
  }
  document.getElementById('add').onclick = () => {
    count += 1;
    app.HapticFeedback.impactOccurred('light');
    app.CloudStorage.setItem('count', String(count), (error, stored) => say(error || 'stored ' + stored));
    app.enableClosingConfirmation();
    show();
  };
  document.getElementById('site').onclick = () => app.openLink('https://pies.example.com/menu?x=1');
  function order() {
    app.showConfirm('Order ' + count + ' pies?', (yes) => {
      if (!yes) return app.showAlert('Maybe later', () => say('closed the alert'));
      app.CloudStorage.removeItem('count', () => app.sendData(JSON.stringify({ pies: count })));
    });
  }
  app.BackButton.show().onClick(() => say('back'));
  app.onEvent('themeChanged', () => say('theme ' + app.colorScheme));
</script>
</body></html>"""



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


def open_web(page: Page, url: str, app: str, query: str = "") -> None:
    page.goto(f"{url}/w/{app}{query}")
    let_in(page, page.locator(f"[data-webapp='{app}']"))


def inside(page: Page):
    """The app's own page: in the frame that holds it, in the client's frame."""
    return page.frame_locator("[data-testid=webapp-frame]").frame_locator("iframe")


def frame_of(page: Page, host: str):
    def look():
        page.wait_for_timeout(50)  # lets the browser's news in
        return next((frame for frame in page.frames if urlsplit(frame.url).hostname == host), None)

    return wait_for(look, f"a frame of {host}")
