from __future__ import annotations

import re

import pytest
from tests.desk.conftest import Client
from tests.desk.nodes import ABSENT, AMBER, REPORT, Desk, indicator

from kenesh.basis.instants import MINUTE
from kenesh.doors import acts
from kenesh.doors.acts import Wish
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel


def test_a_calm_node_says_that_nothing_needs_anybody(reader: Client) -> None:
    page = reader.get("/desk/").text
    assert "Nothing needs you now" in page
    assert "No party is admitted here yet." in page
    assert "analysts.json" in page


def test_the_overview_says_what_is_wrong_in_plain_words(desk: Desk, az: Desk, reader: Client) -> None:
    desk.admit(az)
    ref, now = az.services.own.ref, desk.services.clock.now()
    assert "Nothing was ever read from AZ." in reader.get("/desk/").text
    with desk.services.store.writing() as tx:
        tx.peers.note_sync(ref, at=now, error="AZ\u202e does not answer.", skew=-7 * MINUTE)
        tx.quarantine.put(ref, ref, Channel.CONTENT, ABSENT, b"{}", "no release lists it", now)
        text = "AZ stated two different things under number 4. Compare with another member, and ask them."
        tx.alarms.raise_alarm("chain-broken", "AZ", text, now)
    page = reader.get("/desk/").text
    assert "(4) Overview" in page
    assert "AZ cannot be read." in page
    assert "AZ\\u{202e} does not answer." in page
    assert "The clock of AZ is 420 s behind this one. Set both by NTP." in page
    assert "1 object of AZ waits in quarantine" in page
    assert text in page


def test_what_was_released_is_told_with_to_whom_and_whether_it_was_fetched(
    desk: Desk, az: Desk, reader: Client
) -> None:
    desk.admit(az)
    acts.release(desk.services, Wish(words=[AMBER], to="AZ", reason="you asked"), "console")
    overview = reader.get("/desk/").text
    assert "“" not in overview.partition("Went lately")[0]
    assert "you asked" in overview
    page = reader.get(f"/desk/object/{AMBER}").text
    assert "1 not fetched yet" in page
    assert "It is released to AZ as TLP:AMBER, and AZ sees it: TLP:AMBER, and they are a recipient (TLP-10)." in page
    acts.withdraw(desk.services, AMBER, "a mistake", "console")
    assert "No longer with" in reader.get(f"/desk/object/{AMBER}").text
    assert "Withdrawn:" in reader.get("/desk/").text


def test_looking_up_says_for_each_value_whether_it_is_known(reader: Client) -> None:
    page = reader.get("/desk/lookup", params={"value": "cdn[.]evil[.]example\nnothing  192.0.2.200"}).text
    assert "1 of 3 is known here" in page
    assert "by evil[.]example" in page
    assert "not known here" in page
    assert "this is no address" in page
    assert "textarea" in reader.get("/desk/lookup").text


def test_too_many_values_are_said_to_be_too_many(reader: Client) -> None:
    values = " ".join(f"192.0.2.{n % 256} a{n}.example" for n in range(130))
    assert "values were too many to be looked up at once" in reader.get("/desk/lookup", params={"value": values}).text


def test_the_list_leads_to_every_object_once(desk: Desk, reader: Client) -> None:
    numbers = range(1, 121)
    ids = [f"indicator--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f{n:04d}" for n in numbers]
    made = zip(ids, numbers, strict=True)
    desk.bring_in(*(indicator(i, Tlp.GREEN, f"part {n}", f"[ipv4-addr:value = '192.0.2.{n}']") for i, n in made))
    address, seen = "/desk/objects?q=part", []
    while address:
        page = reader.get(address).text
        seen += re.findall(r'/desk/object/(indicator--[^"]+)"', page)
        older = re.search(r'class="next" href="([^"]+)"', page)
        address = "/desk/objects" + older[1].replace("&amp;", "&") if older else ""
    assert seen == ids[::-1]


def test_the_list_is_narrowed_by_type(reader: Client) -> None:
    page = reader.get("/desk/objects?type=report").text
    assert REPORT in page
    assert AMBER not in page
    assert reader.get("/desk/objects?type=<b>&page=x").status_code == 200


def test_an_unknown_page_is_a_page(reader: Client) -> None:
    answer = reader.get("/desk/nothing/of/this/kind")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert "Log out" in answer.text


@pytest.mark.parametrize(
    ("header", "language", "word"),
    [
        ("kk-KZ,kk;q=0.9,ru;q=0.8", "kk", "Қалай кіруге болады"),
        ("fr, ru;q=0.1, tr;q=0.7", "tr", "Nasıl giriş yapılır"),
        ("ru;q=0, uz;q=1.0", "uz", "Qanday kiriladi"),
        ("de", "en", "How to log in"),
        ("", "en", "How to log in"),
        ("ky;q=²,\u00ff;;;q=,az;q=0.001", "az", "Necə daxil olmalı"),
    ],
)
def test_a_page_speaks_the_language_of_the_browser(nobody: Client, header: str, language: str, word: str) -> None:
    page = nobody.get("/desk/login", headers={"accept-language": header.encode("latin-1")}).text
    assert f'<html lang="{language}" dir="ltr">' in page
    assert word in page


def test_a_language_that_was_chosen_stays_chosen(reader: Client) -> None:
    cookie = reader.get("/desk/lookup?lang=ky&value=evil.example").headers["set-cookie"].lower()
    assert {"httponly", "samesite=strict", "path=/desk"} <= {part.strip() for part in cookie.split(";")}
    page = reader.get("/desk/", headers={"accept-language": "tr"}).text
    assert '<html lang="ky"' in page
    assert "Азыр эч нерсе талап кылынбайт" in page
    assert '<html lang="ky"' in reader.get("/desk/?lang=xx").text


def test_the_links_to_other_languages_keep_what_was_asked(reader: Client) -> None:
    page = reader.get("/desk/lookup", params={"value": 'a"b.example', "lang": "tr"}).text
    assert 'href="?value=a%22b.example&amp;lang=uz"' in page
