"""Whatever people and apps do in whatever order: an app gets exactly what a model says that it may."""

import random

import pytest

from test_permission import ASKER, CAPABILITIES, answer, sheet_of

APPS = ("one", "two")


class Model:
    """What stands between a person and an app."""

    def __init__(self):
        self.granted = False
        self.paused = False
        self.used = 0


@pytest.mark.parametrize("seed", range(4))
def test_random_sequences_agree_with_the_model(server, seed):
    choice = random.Random(seed)
    version = {app: 1 for app in APPS}
    bots = {}
    for app in APPS:
        server.deploy(app, ASKER, capabilities=CAPABILITIES)
        bots[app] = server.query("SELECT account_id FROM apps WHERE name = ?", app)[0][0]
    people = [server.user(name) for name in ("alice", "bob", "carol")]
    for user in people:
        assert server.cli("user", "attribute", user.name, "birth_date", "1990-05-01").returncode == 0
    chats = {(user.name, app): user.direct(app) for user in people for app in APPS}
    models = {key: Model() for key in chats}

    def ask(user, app):
        model, chat = models[user.name, app], chats[user.name, app]
        if model.granted or model.paused:
            expected = "age: true nil" if model.granted else "age: nil refused"
            assert user.ask(chat, "/age") == expected
            model.used += model.granted
            assert user.get("/v1/consents")["consents"] == []
            return
        sent = user.send(chat, "/age")
        sheet = sheet_of(user)
        assert sheet["app"]["name"] == app
        if choice.random() < 0.2:
            server.kill()
            server.start()
        term = choice.choice(["once", "hour", "day", "always", "chat", None])
        body = {"answer": "refuse"} if term is None else {"answer": "grant", "for": term, "shown": sheet["answer"]}
        assert answer(user, sheet, **body).status == 204
        said = user.wait_for_message(chat, lambda m: m["id"] > sent["id"] and m["from"]["bot"])["text"]
        assert said == ("age: nil refused" if term is None else "age: true nil")
        model.granted, model.paused = term not in (None, "once"), term is None
        model.used += term is not None

    def take_back(user, app):
        for grant in user.get("/v1/grants")["grants"]:
            if grant["app"]["name"] == app and choice.random() < 0.8:
                assert user.call("DELETE", f"/v1/grants/{grant['id']}").status == 204
        standing = [g for g in user.get("/v1/grants")["grants"] if g["app"]["name"] == app and g["end"] is None and g["for"] != "once"]
        models[user.name, app].granted = standing != []

    def forget(user, app):
        assert user.call("DELETE", f"/v1/bots/{bots[app]}/data").status == 204
        models[user.name, app].granted = False

    def redeploy(user, app):
        version[app] += 1
        server.deploy(app, ASKER + f"-- {version[app]}\n", capabilities=CAPABILITIES)

    def crash(user, app):
        server.kill()
        server.start()

    for _ in range(40):
        step = choice.choices([ask, take_back, forget, redeploy, crash], [12, 4, 1, 1, 1])[0]
        step(choice.choice(people), choice.choice(APPS))
    server.wait_until_idle()
    for user in people:
        for app in APPS:
            used = server.query(
                "SELECT count(*) FROM audit WHERE kind = 'used' AND person_id = ? AND bot_id = ?", user.id, bots[app])
            assert used == [(models[user.name, app].used,)], (user.name, app)
    assert server.cli("audit", "verify").returncode == 0
