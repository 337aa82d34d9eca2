"""Pages of mini-apps: from an action to the page that shows it, long lists, what goes over the wire."""
import asyncio, json, os, pathlib, random, statistics, time, uuid

MANIFEST = {
    "name": "pages", "title": "Pages", "kind": "miniapp", "version": "1",
    "capabilities": [{"name": "store", "reason": "to count"}]}

APP = """
local stoa = require "stoa"
local ui = stoa.ui

stoa.page("home", function(ctx)
  local rows = {}
  for i = 1, 20 do
    rows[i] = ui.row { key = i, ui.text("Item " .. i), ui.spacer(), ui.money(100 * i, "RUB"), ui.button { "Take", on = ctx:action("take", i) } }
  end
  return ui.page { title = "Shop", ui.text("taken " .. (ctx.store:get("n") or 0)), ui.column { key = "rows", rows },
    ui.main_button { "Add", on = ctx:action("take", 1) } }
end)

stoa.page("long", function(ctx)
  return ui.page { title = "Long", ui.list({ count = 10000, get = function(i) return i end }, function(i)
    return ui.row { key = i, ui.text("Row " .. i), ui.spacer(), ui.badge("new") }
  end, { key = "items", height = 48 }) }
end)

stoa.action("take", function(ctx, i) ctx.store:increment("n", 1) end)
"""


class Device:
    """One person with pages open."""

    def __init__(self, socket):
        self.socket, self.waiting, self.sizes = socket, {}, []
        self.reader = asyncio.ensure_future(self.read())

    async def read(self):
        async for message in self.socket:
            frame = json.loads(message.data)
            data = frame.get("data", {})
            if frame.get("type") != "miniapp.view":
                continue
            if "error" in data:
                raise RuntimeError(data["error"])
            self.sizes.append((next(k for k in ("tree", "patch", "notes", "acted") if k in data), len(message.data.encode())))
            for key in (data["view"], data.get("acted")):
                if key in self.waiting and ("tree" in data or "acted" in data or (data["view"], "patch") in self.waiting):
                    self.waiting.pop(key).set_result(data)

    async def ask(self, frame, key):
        future = self.waiting[key] = asyncio.get_running_loop().create_future()
        start = time.perf_counter()
        await self.socket.send_str(json.dumps(frame))
        await asyncio.wait_for(future, 20)
        return (time.perf_counter() - start) * 1000

    async def open(self, view, page="home"):
        return await self.ask({"op": "view.open", "view": view, "app": "pages", "page": page, "query": {}}, view)

    async def act(self, view, on):
        nonce = uuid.uuid4().hex
        return await self.ask({"op": "view.act", "view": view, "nonce": nonce, "on": on}, nonce)

    async def scroll(self, view, start):
        self.waiting[(view, "patch")] = None
        spent = await self.ask({"op": "view.window", "view": view, "key": "items", "from": start, "count": 60}, view)
        self.waiting.pop((view, "patch"))
        return spent


def percentile(values, share):
    return round(sorted(values)[min(len(values) - 1, int(len(values) * share))], 2)


def measure(Server, record, folder, devices=200, actions=3000):
    import aiohttp
    data = os.path.join(folder, "pages")
    os.makedirs(data)
    app = pathlib.Path(folder, "pages-app")
    app.mkdir()
    (app / "manifest.json").write_text(json.dumps(MANIFEST))
    (app / "main.lua").write_text(APP)
    server = Server(data)
    try:
        server.admin(command="deploy", path=str(app))
        tokens = [server.admin(command="user.create", name=f"v{i}")["account"]["token"] for i in range(devices)]

        async def run():
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
                people = [
                    Device(await http.ws_connect(server.address + "/v1/stream", headers={"Authorization": f"Bearer {t}"})) for t in tokens]
                for person in people:
                    await person.open("v1")
                alone = [await people[0].act("v1", ["take", 3]) for _ in range(300)]
                chance = random.Random(1)
                among = [await chance.choice(people).act("v1", ["take", 3]) for _ in range(actions)]
                patches = [size for person in people for kind, size in person.sizes if kind == "patch"]
                opened = [await people[i % devices].open("v2", "long") for i in range(50)]
                scrolled = [await people[i % devices].scroll("v2", 100 + i * 40) for i in range(50)]

                async def keep(person):
                    return [await person.act("v1", ["take", 3]) for _ in range(15)]

                start = time.perf_counter()
                together = [one for all in await asyncio.gather(*map(keep, people)) for one in all]
                rate = len(together) / (time.perf_counter() - start)
                for person in people:
                    person.reader.cancel()
                    await person.socket.close()
                return alone, among, patches, opened, scrolled, together, rate

        alone, among, patches, opened, scrolled, together, rate = asyncio.run(run())
        del alone[:50]
        record("pages: action to redrawn view, one at a time", percentile(alone, 0.5), "ms", None, p99_ms=percentile(alone, 0.99))
        record(
            f"pages: action to redrawn view, {devices} mini-apps open", percentile(among, 0.5), "ms", "5, p99 < 25",
            p99_ms=percentile(among, 0.99))
        record(
            f"pages: actions of {devices} people at once", round(rate), "/s", None, p50_ms=percentile(together, 0.5),
            p99_ms=percentile(together, 0.99), note="each waits for the redrawn view; the Python client's own time is in it")
        record("pages: bytes of a change of one field", max(patches), "B", "200", median=statistics.median(patches))
        record("pages: a list of 10,000 rows opens", percentile(opened, 0.5), "ms", "300", worst_ms=round(max(opened), 1))
        record("pages: a list of 10,000 rows scrolls by 40", percentile(scrolled, 0.5), "ms", None, worst_ms=round(max(scrolled), 1))
    finally:
        server.stop()
