"""The mini-apps that ship with Stoa, when people leave, and when they speak different languages."""

from pages import Pages, View
from stoa import User
from test_miniapps_business import form, opens, option, pay, rich, sees, spend
from test_miniapps_shared import card, deploy, leave, mark, play_in, wait_toast


def speaks(view: View, language: str) -> None:
    """The page in another language, as a device with it opens it."""
    view.where["lang"] = language
    view.go(view.where.get("page", "home"), **view.where["query"])


def test_a_rematch_is_not_played_with_somebody_who_left(server):
    deploy(server, "tic-tac-toe")
    _, group, hers, his, _ = play_in(server)
    for view, field in ((hers, "Top left"), (his, "Centre"), (hers, "Top middle"), (his, "Bottom left"), (hers, "Top right")):
        view.wait(lambda view: any(text.startswith("Your turn") for text in view.texts), "the turn")
        mark(view, field)
    his.wait(lambda view: view.has("main_button", text="Rematch"), "the end")
    assert his.press("Rematch") == ""
    hers.wait(lambda view: view.has("main_button", text="Accept the rematch"), "the wish for a rematch")
    leave(his.pages.user, group)
    hers.wait(lambda view: view.has("main_button", text="Rematch"), "the end of the wish")


def test_a_game_is_in_the_language_of_who_looks(server):
    deploy(server, "tic-tac-toe")
    _, group, hers, his, theirs = play_in(server)
    speaks(his, "ar")
    speaks(theirs, "ru-RU")
    mark(hers, "Top left")
    # In Arabic the page is turned around, and the first column is the right one.
    his.wait(lambda view: view.has("card", label="أعلى اليمين، X"), "the move")
    theirs.wait_text("Ходит bob (O)")
    assert theirs.act(card(theirs, "Центр, свободно")) == ""
    wait_toast(theirs, "Вы зритель: играют alice и bob.")
    # What the chat is told of who leaves is in the language of who joined: of bob, whose page was in English then.
    leave(his.pages.user, group)
    hers.pages.user.wait_for_message(group, lambda m: m["text"] == "alice (X) and bob (O): alice won: bob gave up")


def named(user: User, group: int) -> View:
    view = opens(user, "expenses", chat=group)
    assert view.press("Count me in") == ""
    return view


def test_who_leaves_keeps_their_name_in_what_was_spent(server):
    deploy(server, "expenses")
    alice, bob = rich(server, "alice"), rich(server, "bob")
    group = alice.group("Trip", "bob", "expenses")
    hers, his = named(alice, group), named(bob, group)
    adding = opens(bob, "expenses", page="add", chat=group)
    spend(adding, "Taxi", 10, option(adding, "You"))
    sees(hers, "Taxi")
    entry = next(node for node in hers.nodes() if node["t"] == "card" and "Taxi" in node["p"].get("label", ""))["p"]["to"]
    detail = opens(alice, "expenses", page="entry", chat=group, **entry["query"])
    sees(detail, "bob paid")
    assert not detail.has("button", text="Undo it")
    leave(bob, group)
    # They are even and gone from the balances, but not from what was spent; and what they wrote down can be undone.
    hers.wait(lambda view: not any(node["t"] == "avatar" and "bob" in str(node["p"].get("name")) for node in view.nodes()), "one fewer")
    detail.wait(lambda view: view.has("button", text="Undo it"), "the right to undo")
    sees(detail, "bob paid")
    assert detail.press("Undo it") == ""
    sees(detail, "Undone by alice")


def test_the_shop_thanks_in_the_language_of_who_buys(server):
    deploy(server, "shop")
    alice = rich(server, "alice")
    view = Pages(alice).open("corner_shop", "item", sku="rye")
    speaks(view, "ru")
    assert view.press("В корзину") == ""
    view.go("checkout")
    assert view.act(form(view, "Заказать и оплатить"), values={"name": "  ", "street": "Главная, 1", "city": "Москва"}) == "bad_request"
    assert view.notes[-1]["fields"] == {"name": "Заполните это поле."}
    view.send(form(view, "Заказать и оплатить"), values={"name": "Анна", "street": "Главная, 1", "city": "Москва"})
    pay(alice, "Заказ в «Лавке на углу»")
    said = alice.wait_for_message(alice.direct("corner_shop"), lambda m: m["text"].startswith("Спасибо, alice!"))["text"]
    assert said.splitlines()[1:] == ["1 × Ржаной хлеб: 5,50\u00a0€", "Доставка: 4,90\u00a0€", "Итого: 10,40\u00a0€", "Кому: Анна, Главная, 1, Москва"]
