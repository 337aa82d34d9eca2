"""The mini-apps that ship with Stoa, in Russian on a phone."""

import re

import pytest
from playwright.sync_api import expect

from browser import shoot
from miniapps import SIZES, at, is_accessible, open_address, pay, press, says
from test_browser_miniapps import APPS, demo  # noqa: F401 (demo is a fixture)

# What is the same in each language: names of apps, of people, of the place; currencies.
NAMES = r"Corner Shop|Appointments|Event Tickets|Shared Costs|Seating|Tic-tac-toe|Scissors & Co\.|Main Street|Berlin|Alice|Bob|Anna|Ben|\b[A-Z]{3}\b|@\w+"


@pytest.fixture
def phone(open_as):
    def phone(name: str, theme: str):
        page = open_as(name, *SIZES["phone"], locale="ru-RU")
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        return page

    return phone


def is_russian(page, app: str, name: str) -> None:
    """Nothing on the page is in English, and nothing is wider than the phone."""
    view = at(page, app, name)
    words = re.findall(r"[A-Za-z]{3,}", re.sub(NAMES, "", view.locator(".mini-scroll").inner_text()))
    assert not words, f"{app}, {name}: {words}"
    assert view.locator(".mini-scroll").evaluate("(element) => element.scrollWidth <= element.clientWidth"), "too wide"
    shoot(page, f"miniapp-{app}-{name}-russian-{page.evaluate('matchMedia(`(prefers-color-scheme: dark)`).matches')}")
    is_accessible(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_first_pages_are_in_russian(demo, phone, theme):  # noqa: F811
    page = phone("alice", theme)
    group = demo.sign_in("alice").group(f"Друзья {theme}", "bob", "expenses", "seating", "tic_tac_toe")
    for app in APPS:
        open_address(page, demo, app)
        is_russian(page, app, "home")
    for app in ("expenses", "seating", "tic_tac_toe"):
        open_address(page, demo, f"{app}?chat={group}")
        is_russian(page, app, "home")
    for app, path, name in (("event_tickets", "new", "new"), ("event_tickets", "office", "office"), ("event_tickets", "door", "door"),
                            ("expenses", f"add?chat={group}", "add"), ("booking", "days?service=cut", "days")):
        open_address(page, demo, f"{app}/{path}")
        is_russian(page, app, name)


def test_a_purchase_is_in_russian(demo, phone):  # noqa: F811
    page = phone("alice", "light")
    open_address(page, demo, "corner_shop/item?sku=rye")
    view = at(page, "corner_shop", "item")
    press(view, "В корзину")
    is_russian(page, "corner_shop", "item")
    press(view, re.compile(r"^Корзина: 1"))
    is_russian(page, "corner_shop", "cart")
    press(view, "Оформить заказ")
    view.get_by_label("Улица и дом").fill("Главная, 1")
    view.get_by_label("Индекс и город").fill("101000 Москва")
    is_russian(page, "corner_shop", "checkout")
    press(view, "Заказать и оплатить")
    pay(page, "10,40")
    at(page, "corner_shop", "order")
    says(view, "1 × Ржаной хлеб")
    page.get_by_test_id("miniapp-close").click()
    expect(page.get_by_test_id("message-text").filter(has_text="Спасибо, Alice!")).to_contain_text("Итого: 10,40\u00a0€")
