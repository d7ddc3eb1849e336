"""Drills and what is made up for them, at the desk: every page says EXERCISE, and nobody reads ahead."""

from __future__ import annotations

import re

from tests.desk.conftest import Client
from tests.desk.nodes import AMBER, Desk, SteppedClock, logged_in, send

from kenesh.basis.instants import HOUR, MINUTE
from kenesh.doors import acts, casework, drilling
from kenesh.doors.casework import By
from kenesh.doors.drilling import Cast
from kenesh.response.kinds import Status
from kenesh.response.scenarios import read_scenario
from kenesh.response.statements import Word
from kenesh.stix.marking import Tlp

BY = By("console")
STORM = read_scenario(b"""
name = "storm"
version = 1
title = "A storm"
summary = "It rains."
source = "Written for a test."
[[role]]
id = "hit"
title = "Who is hit"
[[inject]]
id = "rain"
at = "0m"
to = ["hit"]
title = "It rains"
text = "Much."
within = "30m"
expects = "An umbrella."
values = ["flood.example"]
level = "watch"
[[inject]]
id = "sun"
at = "3h"
to = ["hit"]
title = "The sun shines"
text = "At last."
within = "30m"
expects = "<b>A walk</b> at evil.example."
""")


def begins(desk: Desk, name: str) -> str:
    made = drilling.start(desk.services, STORM, Cast({"hit": ["KZ"]}), name, BY)
    assert drilling.inject(desk.services, made, "console") == ["rain"]
    return made


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", main_of(page)).split())


def test_a_drill_says_how_it_stands_and_then_what_came_of_it(desk: Desk, reader: Client, clock: SteppedClock) -> None:
    assert "No drill was ever run here, or you are in none." in reader.get("/desk/drills").text
    assert 'href="/desk/drills"' in reader.get("/desk/cases").text
    first = begins(desk, "storm-1")
    page = reader.get("/desk/drills").text
    assert "EXERCISE" in page and f'href="/desk/drill/{first}"' in page
    assert "storm-1 KZ 2026-11-25 03:00:00Z under way 1" in words_of(page)
    said = words_of(reader.get("/desk/drill/storm-1").text)
    assert said.startswith('id="main"') and "EXERCISE It is of a drill: nothing in it is real." in said
    assert "It rains rain KZ asked" in said and "Still to come 2026-11-25 06:00:00Z The sun shines sun KZ" in said
    assert "What a good answer had" not in said
    clock.step(12 * MINUTE)
    # It is answered where every task is.
    case = reader.get(f"/desk/case/{first}").text
    assert "EXERCISE" in case
    (item,) = re.findall(r'name="item" value="([^"]+)"><input type="hidden" name="status" value="accepted">', case)
    send(reader, "/desk/cases/answer", {"case": first, "item": item, "status": "accepted"})
    clock.step(MINUTE)
    casework.update(desk.services, item, Word(Status.DONE, "done"), BY)
    clock.step(MINUTE)
    drilling.end(desk.services, "storm-1", "console")
    clock.step(HOUR)
    begins(desk, "storm-2")
    reader = logged_in(desk, reader)
    page = reader.get("/desk/drill/storm-1").text
    said = words_of(page)
    assert "ended 2026-11-25 03:14:00Z" in said and "done · in time" in said and "12 min 0 s 13 min 0 s" in said
    assert "Not played sun" in said and "rain An umbrella." in said and "watch rain never reached" in said
    assert "<b>A walk" not in page and "evil.example" not in main_of(page)
    assert "Compared with storm-1" in words_of(reader.get("/desk/drill/storm-2").text)


def test_a_case_that_is_no_drill_and_one_that_is_withheld_have_no_page(desk: Desk, nobody: Client) -> None:
    drill = begins(desk, "storm-1")
    desk.has_account("stranger", cleared=())
    stranger = logged_in(desk, nobody, "stranger")
    absent, withheld = (stranger.get(f"/desk/drill/{name}") for name in ("storm-2", "storm-1"))
    assert (withheld.status_code, withheld.text) == (404, absent.text.replace("storm-2", "storm-1"))
    assert stranger.get(f"/desk/drill/{drill}").status_code == 404
    assert "storm-1" not in stranger.get("/desk/drills").text


def test_what_was_made_up_says_so_wherever_it_is_looked_at(desk: Desk, reader: Client) -> None:
    acts.state_values(desk.services, ["flood.example"], Tlp.GREEN, "", "duty officer", exercise=True)
    with desk.services.store.reading() as tx:
        (made_up,) = [held.id for held in tx.versions.search("flood", 10)]
    assert "EXERCISE" in main_of(reader.get(f"/desk/object/{made_up}").text)
    assert "EXERCISE" not in main_of(reader.get(f"/desk/object/{AMBER}").text)
    looked_up = words_of(reader.get("/desk/lookup", params={"value": "flood.example evil.example"}).text)
    assert looked_up.count("EXERCISE") == 2 and "flood[.]example known EXERCISE" in looked_up
    assert "EXERCISE" not in main_of(reader.get("/desk/lookup", params={"value": "evil.example"}).text)
    known = send(reader, "/desk/state", {"values": "flood.example", "tlp": "green"}).text
    assert "EXERCISE" in main_of(known)
