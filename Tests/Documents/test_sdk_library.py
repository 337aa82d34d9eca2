"""Dates, letters and amounts of the SDK, compared with other programs' idea of them."""

import datetime
import random
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPOCH = datetime.datetime(1970, 1, 1)


def lua(expressions: list[str]) -> list[str]:
    command = ["lua5.4", ROOT / "Tests/SDK/library_test.lua", ROOT / "Sources/Bridge/SDK/stoa"]
    done = subprocess.run(command, input="\n".join(expressions) + "\n", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def milliseconds(moment: datetime.datetime) -> int:
    return (moment - EPOCH) // datetime.timedelta(milliseconds=1)


def moments() -> list[datetime.datetime]:
    """The borders of days around each February and year, and some by chance, before 1970 too."""
    rng = random.Random(1)
    found = [datetime.datetime(year, month, day, hour, 59, 59) for year in range(1880, 2110)
             for month, day in ((1, 1), (2, 28), (3, 1), (12, 31)) for hour in (0, 23)]
    return found + [EPOCH + datetime.timedelta(seconds=rng.randrange(-30_000_000_000, 200_000_000_000)) for _ in range(2000)]


def test_dates_are_those_of_the_calendar():
    at = moments()
    assert lua([f"time.date({milliseconds(one)})" for one in at]) == [
        f"{one.year}-{one.month}-{one.day} {one.hour}:{one.minute}:{one.second} {one.isoweekday()}" for one in at]
    assert lua([f'time.parse("{one:%Y-%m-%d}", "{one:%H:%M:%S}")' for one in at]) == [str(milliseconds(one)) for one in at]
    assert lua([f'time.format({milliseconds(one)}, "%d.%m.%Y %H:%M:%S %%")' for one in at]) == [
        f"{one:%d.%m.%Y %H:%M:%S} %" for one in at]


def test_an_offset_is_minutes_ahead_of_utc():
    assert lua([
        'time.date(0, 90)', 'time.date(0, -1)', 'time.parse("1970-01-01", nil, 60)', 'time.parse("1970-01-01", "14:30", -120)',
        'time.format(0)', 'time.format(-1, "%H:%M", 0)', 'time.today()', 'time.today(60)', 'time.today(-1440)',
        'time.format(time.parse("2028-02-28") + 86400000, "%Y-%m-%d")',
    ]) == ["1970-1-1 1:30:0 4", "1969-12-31 23:59:0 3", "-3600000", str(16.5 * 3600 * 1000).removesuffix(".0"),
           "1970-01-01 00:00", "23:59", "2026-11-30", "2026-12-01", "2026-11-29", "2028-02-29"]


@pytest.mark.parametrize("day", ["2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-1-1", " 2026-01-01", ""])
def test_what_is_no_day_is_told(day):
    told, valid = lua([f'time.parse("{day}")', f'time.is_valid("{day}")'])
    assert told.startswith(f'error: stoa.time.parse: "{day}" is no day') and valid == "false"


def test_mistakes_are_told():
    assert lua([
        'time.parse("2026-02-29")', 'time.parse("2026-01-01", "24:00")', 'time.parse("2026-01-01", "9:00")', "time.parse(5)",
        "time.date(1.5)", 'time.date("x")', "time.date(0, 0.5)", 'time.format(0, "%B")', "time.date(9e15)", "text.fold(5)",
        'ui.format_money(5, "EUR", 7)',
    ]) == [
        'error: stoa.time.parse: "2026-02-29" is no day: the days of that month are 01 to 28.',
        'error: stoa.time.parse: "24:00" is no time: it goes from 00:00 to 23:59.',
        'error: stoa.time.parse: "9:00" is no time; write it like "14:30".',
        "error: stoa.time.parse: the day must be a text, not a number.",
        "error: stoa.time.date: the time must be whole milliseconds since 1970 UTC, as stoa.time.now() gives them, not 1.5.",
        "error: stoa.time.date: the time must be whole milliseconds since 1970 UTC, as stoa.time.now() gives them, not a string.",
        "error: stoa.time.date: the offset must be whole minutes ahead of UTC, from -1440 to 1440.",
        "error: stoa.time.format: the pattern has %B; there are: %Y, %m, %d, %H, %M, %S and %%.",
        "error: stoa.time.date: the time must be whole milliseconds since 1970 UTC, as stoa.time.now() gives them, not 9e+15.",
        "error: stoa.text.fold: it takes a text, not a number.",
        "error: ui.format_money: the language must be a text such as ctx.lang, not a number.",
    ]
    assert lua(['time.is_valid("2028-02-29")', 'time.is_valid("2028-02-29", "23:59")', 'time.is_valid("2028-02-29", "24:00")',
                "time.is_valid(nil)", 'time.is_valid("2028-02-29", 5)']) == ["true", "true", "false", "false", "false"]


# Latin with its extensions and Vietnamese, Greek, Cyrillic, Armenian, Georgian: what has a capital in daily use there.
ALPHABETS = [(0x41, 0x180), (0x1CD, 0x220), (0x222, 0x234), (0x386, 0x3CF), (0x400, 0x530), (0x531, 0x557), (0x1C90, 0x1CC0),
             (0x1E00, 0x1E96), (0x1EA0, 0x1F00), (0xFF21, 0xFF3B)]


def test_letters_are_folded_as_unicode_has_it():
    letters = [chr(code) for first, last in ALPHABETS for code in range(first, last) if chr(code).isalpha()]
    # Two that stand for a letter with a mark beside it, which nobody types.
    letters = [one for one in letters if one not in "ΐΰև" and not 0x1C4 <= ord(one) <= 0x1CC and not 0x1F0 <= ord(one) <= 0x1F3
               and ord(one) not in (0x1F6, 0x1F7)]
    assert len(letters) > 1000
    assert lua([f'text.fold("{one}")' for one in letters]) == [one.casefold() for one in letters]


def test_texts_are_folded():
    assert lua(['text.fold("ЧАЙ, Зелёный 100 Г")', 'text.fold("STRASSE") == text.fold("Straße")', 'text.fold("ΟΔΟΣ") == text.fold("οδός")',
                'text.fold("Ça Va?")', 'text.fold("茶 😀")', 'text.fold("\\xFF")', 'text.fold("")']) == [
        "чай, зелёный 100 г", "true", "false", "ça va?", "茶 😀", "error: stoa.text.fold: the text is not valid UTF-8.", ""]


def test_amounts_are_as_the_client_draws_them():
    asked = [(language, currency, amount) for language in ("en", "ru") for currency in ("EUR", "USD", "GBP", "RUB", "JPY", "CHF", "PLN", "CZK", "SEK", "UAH", "KZT", "BRL", "KWD")
             for amount in (0, 5, 899, 49900, 123456789, -1234)]
    program = """
        const { decimal } = { decimal: (amount, places) => { const digits = String(Math.abs(amount)).padStart(places + 1, '0');
          return (amount < 0 ? '-' : '') + (places ? digits.slice(0, -places) + '.' + digits.slice(-places) : digits); } };
        for (const line of require('fs').readFileSync(0, 'utf8').trim().split('\\n')) {
          const [language, currency, amount] = line.split(' ');
          const places = { JPY: 0, KWD: 3 }[currency] ?? 2;
          console.log(new Intl.NumberFormat(language, { style: 'currency', currency, currencyDisplay: 'narrowSymbol',
            minimumFractionDigits: places, maximumFractionDigits: places }).format(decimal(Number(amount), places)));
        }"""
    lines = "\n".join(f"{language} {currency} {amount}" for language, currency, amount in asked)
    drawn = subprocess.run(["node", "-e", program], input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lua([f'ui.format_money({amount}, "{currency}", "{language}-XX")' for language, currency, amount in asked]) == drawn
    assert lua(['ui.format_money(899, "EUR")', 'ui.format_money(899, "EUR", "de")', 'ui.format_money(-899, "XTS", "rup")']) == [
        "8.99 EUR", "€8.99", "-XTS\u00a08.99"]


def test_the_check_knows_the_plural_forms_of_the_sdk():
    swift = (ROOT / "Sources/Apps/Checks/PluralForms.swift").read_text()
    table = dict(re.findall(r'^ +\("([a-z ]+)", \[(.*)\]\),?$', swift, re.MULTILINE))
    rules = set(re.findall(r"^  (?:rules\.)?([a-z]{2}) =|\b([a-z]{2}) = (?:slavic|none|up_to_one)\b", (ROOT / "Sources/Bridge/SDK/stoa/locale.lua").read_text(), re.MULTILINE))
    languages = {language: dict(re.findall(r'\("(\w+)", "([\d, ]+)"\)', forms)) for names, forms in table.items() for language in names.split()}
    assert len(languages) > 25 and {one or other for one, other in rules} <= set(languages)
    for language, forms in (languages | {"en": {"one": "1"}, "de": {"one": "1"}}).items():
        given = lua([f'form("{language}", {n})' for n in range(300)])
        assert set(given) - {"other"} == set(forms), language
        for form, examples in forms.items():
            assert all(given[int(n)] == form for n in examples.split(", ")), (language, form)
