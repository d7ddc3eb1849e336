"""Partners at the desk: claims side by side with chart and table; what is withheld from a reader leaves no trace."""

from __future__ import annotations

import re

import pytest
from tests.desk.conftest import Client
from tests.desk.nodes import OFFICER, Desk, logged_in

from kenesh.basis.problem import UnknownProblem
from kenesh.doors import acts
from kenesh.doors.casework import By
from kenesh.doors.council import figures, partners
from kenesh.stix.marking import Tlp

BY = By("console")
FIRMS = {"about": "IT", "counterpart": "KZ", "indicator": "companies", "unit": "firms", "as_of": "2025-09"}
HOSTILE = "<script>alert(1)</script> https://evil.example"


def states(desk: Desk, value: str, body: str = "", by: By = BY, **more: str) -> str:
    cells = FIRMS | {"value": value, "publisher": "The Paper"} | more
    return figures.state_figure(desk.services, cells, by, body).id


def page_of(reader: Client, about: str = "IT") -> str:
    """The page's own part; how long ago and from which minute it is stands around it."""
    answer = reader.get(f"/desk/partners/{about}")
    assert answer.status_code == 200 and 'aria-labelledby="line-1"' in answer.text, answer.text
    return answer.text.partition("<main")[2].partition("</main")[0]


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_page_shows_claims_side_by_side_with_a_chart_and_its_table(desk: Desk, reader: Client) -> None:
    states(desk, "7.6 billion", qualifier="up-to", indicator="investment", unit="", currency="USD", speaker="a")
    states(desk, "7.3 billion", indicator="investment", unit="", currency="USD", speaker="b")
    said = states(desk, "250", speaker="the President", condition="Name The Paper.")
    rival = states(desk, "265", publisher="The Ministry")
    link = {"about": "IT", "kind": "agreement", "name": "On energy", "source": {"publisher": "P"}, "from": "2024"}
    figures.state_link(desk.services, link, BY)
    page = page_of(reader)
    words = words_of(page)
    assert "up to 7.6 billion USD" in words and "the President" in words and "Name The Paper." in words
    assert f'<a class="id" href="#{rival}">' in page and f'<tr id="{said}">' in page
    assert page.count("<svg") == 2 and page.count('class="band"') == 1 and page.count('class="point rival"') == 2
    assert page.count("<table") == 3 and "On energy agreement" in words
    listed = words_of(reader.get("/desk/partners").text.partition("<main")[2])
    assert "Italy IT 4 1" in listed


def test_what_others_wrote_is_put_on_the_page_as_text(desk: Desk, reader: Client) -> None:
    strange = "a/b ? <i>"
    for value in ("1", "2"):
        states(
            desk, value, about=strange, counterpart=HOSTILE, indicator=HOSTILE, speaker=HOSTILE + value, unit=HOSTILE
        )
    href = re.search(r'href="/desk/partners/([^"]+)"', reader.get("/desk/partners").text)
    assert href is not None
    page = page_of(reader, href[1])
    assert "<script" not in page and "<i>" not in page and "https://" not in page


@pytest.fixture
def uncleared(desk: Desk, nobody: Client) -> Client:
    """Of an officer who is cleared for no body; there is one, `trade`."""
    acts.form_body(desk.services, "trade", "Trade", "console")
    desk.has_account(OFFICER, cleared=())
    return logged_in(desk, nobody)


def list_of(reader: Client) -> str:
    answer = reader.get("/desk/partners")
    assert answer.status_code == 200 and "Partner" in answer.text
    return answer.text.partition("<main")[2].partition("</main")[0]


def kept_back(desk: Desk) -> dict[str, tuple[str, ...]]:
    """Three ways in which a figure is kept from the reader, each by what is stated so: a body, RED, and a partner."""
    return {
        "a rival in a body that he is not cleared for": (states(desk, "265", "trade", publisher="X"),),
        "a rival that is RED": (states(desk, "270", by=By("console", Tlp.RED), publisher="Y"),),
        "another partner": (states(desk, "1", "trade", about="FR"),),
    }


def test_what_is_withheld_is_absent_from_page_chart_rivals_and_counts(desk: Desk, uncleared: Client) -> None:
    """By what the door answers, and by what stands on the pages: all is as it was before anything of it was stated."""
    states(desk, "250", speaker="the President")
    person = desk.services.holder(_account(desk))
    before = page_of(uncleared), list_of(uncleared)
    seen_before = partners.partner(desk.services, person, "IT").value.page
    kept_back(desk)
    assert (page_of(uncleared), list_of(uncleared)) == before
    assert partners.partner(desk.services, person, "IT").value.page == seen_before
    assert [one.about for one in partners.partners(desk.services, person).value] == ["IT"]
    assert len(partners.figures(desk.services, person).value) == 1
    assert b"265" not in b"".join(figures.written(desk.services, person, "", OFFICER))
    withheld, absent = (uncleared.get(f"/desk/partners/{about}") for about in ("FR", "GR"))
    assert withheld.status_code == absent.status_code == 404
    assert withheld.text.replace("FR", "GR") == absent.text
    with pytest.raises(UnknownProblem):
        partners.partner(desk.services, person, "FR")
    # Who may see them does: the console is cleared for every body, and brought in what is RED.
    console = desk.services.person("console")
    (line,) = partners.partner(desk.services, console, "IT").value.page.lines
    assert [len(claim.rivals) for claim in line.claims] == [2, 2, 2]
    assert partners.partner(desk.services, console, "FR").value.page.lines


def test_a_correction_within_a_body_is_for_that_body_and_a_stricter_marking_holds_for_all(
    desk: Desk, uncleared: Client
) -> None:
    states(desk, "250", speaker="the President")
    before = page_of(uncleared)
    kept_back(desk)
    states(desk, "999", "trade", speaker="the President")
    assert page_of(uncleared) == before
    states(desk, "998", by=By("console", Tlp.RED), speaker="the President")
    assert uncleared.get("/desk/partners/IT").status_code == 404


def _account(desk: Desk):  # type: ignore[no-untyped-def]
    with desk.services.store.reading() as tx:
        return tx.accounts.find(OFFICER)
