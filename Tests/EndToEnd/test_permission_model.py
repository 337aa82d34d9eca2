"""Whatever people and apps do in whatever order: an app gets exactly what a model says that it may."""

import random

import pytest

from test_permission import answer, sheet_of

APPS = ("one", "two")
HOURS = {"hour": 1, "day": 24, "always": 10**6, "chat": 10**6}
PAUSES = (1, 24, 168, 720)

# The name is spelled so that a version which does not declare the capability can be deployed too.
ASKER = """
local stoa = require "stoa"
stoa.command("age", function(chat)
  local ok, value, why = pcall(function() return stoa["iden" .. "tity"].age { at_least = 18 } end)
  chat:send("age: " .. (ok and tostring(value) .. " " .. tostring(why) or "denied"))
end)
"""


class Model:
    """What stands between a person and an app."""

    def __init__(self):
        self.grants: dict[int, int] = {}
        """The hours left, by the grant's id."""
        self.refusals = 0
        self.paused = 0
        self.used = 0

    def pass_hour(self):
        self.paused = max(0, self.paused - 1)
        self.grants = {grant: hours - 1 for grant, hours in self.grants.items() if hours > 1}

    def refuse(self):
        self.paused = PAUSES[min(self.refusals, 3)]
        self.refusals += 1


class Run:
    """One random sequence on one server."""

    def __init__(self, server, seed: int):
        self.server, self.choice = server, random.Random(seed)
        self.version = dict.fromkeys(APPS, 0)
        self.declares = dict.fromkeys(APPS, True)
        for app in APPS:
            self.deploy(app, True)
        self.bots = {app: server.query("SELECT account_id FROM apps WHERE name = ?", app)[0][0] for app in APPS}
        self.people = [server.user(name) for name in ("alice", "bob", "carol")]
        for user in self.people:
            assert server.cli("user", "attribute", user.name, "birth_date", "1990-05-01").returncode == 0
        self.chats = {(user.name, app): user.direct(app) for user in self.people for app in APPS}
        self.models = {key: Model() for key in self.chats}

    def deploy(self, app: str, declares: bool) -> None:
        self.version[app] += 1
        self.declares[app] = declares
        self.server.deploy(
            app, ASKER + f"-- {self.version[app]}\n",
            capabilities=("messages.send", "identity.age") if declares else ("messages.send",))

    # ── what can happen to everybody ───────────────────────────────────────────────────────────────────

    def crash(self, *_):
        self.server.kill()
        self.server.start()

    def upgrade(self, _, app):
        self.deploy(app, True)

    def narrow(self, _, app):
        self.deploy(app, False)

    def hour(self, *_):
        """An hour passes: all that was stored is an hour older."""
        self.server.kill()
        self.server.execute("UPDATE grants SET begin_at = begin_at - 3600000, until = until - 3600000")
        self.server.execute("UPDATE refusals SET last = last - 3600000")
        self.server.start()
        for model in self.models.values():
            model.pass_hour()

    # ── what a person does ─────────────────────────────────────────────────────────────────────────────

    def ask(self, user, app):
        model, chat = self.models[user.name, app], self.chats[user.name, app]
        if not self.declares[app]:
            assert user.ask(chat, "/age") == "age: denied"
            return
        if model.grants or model.paused:
            assert user.ask(chat, "/age") == ("age: true nil" if model.grants else "age: nil refused")
            model.used += bool(model.grants)
            assert user.get("/v1/consents")["consents"] == []
            return
        sent = user.send(chat, "/age")
        sheet = sheet_of(user)
        assert sheet["app"]["name"] == app
        # The conversation waits, on its version, whatever happens meanwhile.
        for _ in range(self.choice.randrange(3)):
            self.choice.choice([self.crash, self.upgrade, self.narrow, self.hour])(user, app)
        term = self.choice.choice(["once", "hour", "day", "always", "chat", None])
        body = {"answer": "refuse"} if term is None else {"answer": "grant", "for": term, "shown": sheet["answer"]}
        assert answer(user, sheet, **body).status == 204
        said = user.wait_for_message(chat, lambda m: m["id"] > sent["id"] and m["from"]["bot"])["text"]
        assert said == ("age: nil refused" if term is None else "age: true nil")
        if term is None:
            return model.refuse()
        model.used += 1
        model.refusals = 0
        if term != "once":
            model.grants[user.get("/v1/grants")["grants"][0]["id"]] = HOURS[term]

    def take_back(self, user, app):
        for grant in user.get("/v1/grants")["grants"]:
            if grant["app"]["name"] == app and self.choice.random() < 0.8:
                assert user.call("DELETE", f"/v1/grants/{grant['id']}").status == 204
                self.models[user.name, app].grants.pop(grant["id"], None)

    def take_all_back(self, user, _):
        assert user.call("DELETE", "/v1/grants").status == 204
        for app in APPS:
            self.models[user.name, app].grants = {}

    def forget(self, user, app):
        assert user.call("DELETE", f"/v1/bots/{self.bots[app]}/data").status == 204
        self.models[user.name, app].grants = {}

    # ── what must hold ─────────────────────────────────────────────────────────────────────────────────

    def check(self):
        self.server.wait_until_idle()
        for user in self.people:
            for app in APPS:
                model, bot = self.models[user.name, app], self.bots[app]
                used = self.server.query(
                    "SELECT count(*) FROM audit WHERE kind = 'used' AND person_id = ? AND bot_id = ?", user.id, bot)
                counted = self.server.query(
                    "SELECT COALESCE(sum(uses), 0) FROM grants WHERE person_id = ? AND bot_id = ?", user.id, bot)
                assert used == counted == [(model.used,)], (user.name, app)
        assert self.server.cli("audit", "verify").returncode == 0


@pytest.mark.parametrize("seed", range(4))
def test_random_sequences_agree_with_the_model(server, seed):
    run = Run(server, seed)
    steps = {
        run.ask: 14, run.take_back: 3, run.take_all_back: 1, run.forget: 1, run.upgrade: 1, run.narrow: 1, run.crash: 1,
        run.hour: 2,
    }
    for _ in range(45):
        step = run.choice.choices(list(steps), list(steps.values()))[0]
        step(run.choice.choice(run.people), run.choice.choice(APPS))
    run.check()
