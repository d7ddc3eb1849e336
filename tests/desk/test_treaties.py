"""Treaties at the desk: each party's steps and what is missing; nothing of a body that the reader does not see."""

from __future__ import annotations

import re
from typing import Any, Final

from tests.desk.conftest import Client
from tests.desk.nodes import Desk, logged_in

from kenesh.council.treaties.kinds import Step
from kenesh.doors import acts
from kenesh.doors.accounts.keeping import add_account
from kenesh.doors.casework import By
from kenesh.doors.council.treaties import Saying, say, state_treaty
from kenesh.parties.party import party_id
from kenesh.parties.roles import AccountRole

BY: Final = By("console")
HOSTILE: Final = "<script>alert(1)</script>"
TERM: Final = {"after": "30d", "begins": "day"}
TREATY: Final[dict[str, Any]] = {
    "names": [{"lang": "en", "text": f"Protocol {HOSTILE}"}],
    "kind": "protocol",
    "authentic_languages": ["en"],
    "depositary_ref": party_id("KZ"),
    "rule": {
        **{"count": 2, "of": "any", "counts": "receipt", "first": TERM, "later": TERM},
        **{"accession": False, "zone": "Asia/Almaty", "source": "Article 9"},
    },
}


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main")[0]).split())


def test_the_page_says_who_has_taken_which_step_and_nothing_to_whom_the_body_is_unknown(
    desk: Desk, reader: Client
) -> None:
    assert "No treaty is followed" in words_of(reader.get("/desk/treaties").text)
    acts.form_body(desk.services, "ots", "The council", "console")
    made = state_treaty(desk.services, "ots", TREATY, BY)
    say(desk.services, made, Saying(Step.SIGNATURE, "2026-01-10", reference=HOSTILE), BY)
    say(desk.services, made, Saying(Step.NOTIFICATION, "2026-02-01"), BY)
    say(desk.services, made, Saying(Step.APPROVAL, "2026-01-20", of="HU", source="a gazette"), BY)
    page = reader.get("/desk/treaties").text
    said = words_of(page)
    assert HOSTILE not in page
    assert "not in force Consents missing: 1." in said
    assert "KZ under way 2026-01-10 signed" in said and "2026-02-01 notified" in said
    assert "2026-01-20 approved at home as reported, and not counted : a gazette" in said
    account, _ = add_account(desk.services, "cleared for none", (AccountRole.COUNCIL_DELEGATE,), "console")
    uncleared = logged_in(desk, reader, account.name or "")
    assert "No treaty is followed" in words_of(uncleared.get("/desk/treaties").text)
