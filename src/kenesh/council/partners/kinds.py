"""The types by which a party says something of a partner: a figure, and a link.

Each is a statement and no truth: who said it, when, of which period, where that stands. Two that contradict each other
are two objects, and neither overwrites the other.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from kenesh.stix.quoting import CONDITION, FIGURE_TYPE, LINK_TYPE, SOURCE_TYPE, STATEMENT_TYPE
from kenesh.stix.register import Channel, TypeDefinition
from kenesh.stix.shapes import PARTY, closed, one_of, text


class Qualifier(StrEnum):
    """How a value is meant. The first four are those of money; a rank is `at-most`: among the top three."""

    EXACTLY = "exactly"
    ABOUT = "about"
    UP_TO = "up-to"
    MORE_THAN = "more-than"
    LESS_THAN = "less-than"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"


class LinkKind(StrEnum):
    """What ties a partner to somebody."""

    AGREEMENT = "agreement"
    VISIT = "visit"
    UNIVERSITY = "university"
    OTHER = "other"


#: The unit of a place in an order: 1 is the first.
RANK: Final = "rank"
MAX_NAME: Final = 200
#: A day, a month or a year: nobody has to say more than is known.
_DATE: Final = {"type": "string", "pattern": r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"}


def _ref(kind: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{kind}--[0-9a-f-]{{36}}$"}


#: Of whom it speaks and with whom: a party's code or a free label, and the party's id where it is a code.
_WHO: Final = {"about": text(MAX_NAME), "about_ref": PARTY, "counterpart": text(MAX_NAME), "counterpart_ref": PARTY}
#: Where it stands, and under which condition it may be reproduced: that goes along with every copy.
_SOURCE: Final = {
    "source": closed(("publisher",), publisher=text(MAX_NAME), title=text(500), date=_DATE, url=text(2000)),
    CONDITION: text(2000),
    "source_ref": _ref(SOURCE_TYPE),
    "statement_ref": _ref(STATEMENT_TYPE),
}

FIGURE = TypeDefinition(
    name=FIGURE_TYPE,
    description="A figure as somebody stated it: of whom, of which period, how it is meant, who said it, and where.",
    channel=Channel.CONTENT,
    properties={
        **_WHO,
        "indicator": text(MAX_NAME),
        "value": {"type": "string", "pattern": r"^-?(0|[1-9][0-9]{0,29})([.][0-9]{1,18})?$"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "unit": text(60),
        "qualifier": one_of(Qualifier),
        #: A level that held then; or, with `from` and `until`, a total over all that time.
        "as_of": _DATE,
        "from": _DATE,
        "until": _DATE,
        #: The words for the time, where they are relative: "past 20 years"; they count from the day in `resolved_on`.
        "period_said": text(MAX_NAME),
        "resolved_on": _DATE,
        "speaker": text(MAX_NAME),
        **_SOURCE,
        "statistic": closed(
            ("dataflow", "series_key"),
            dataflow=text(300),
            dataset=text(300),
            series_key=text(1000),
            status=text(60),
        ),
    },
    required=("about", "indicator", "value", "qualifier", "source"),
)

LINK = TypeDefinition(
    name=LINK_TYPE,
    description="What ties a partner to somebody: an agreement, a visit, a link of universities, as a source says.",
    channel=Channel.CONTENT,
    properties={
        **_WHO,
        "kind": one_of(LinkKind),
        "name": text(300),
        #: Universities, ministries, firms: whom it ties, by name.
        "institutions": {"type": "array", "minItems": 1, "maxItems": 20, "items": text(MAX_NAME)},
        #: When it was to be, when it was, and when it ended: three things that a source may say or leave open.
        "foreseen": _DATE,
        "from": _DATE,
        "until": _DATE,
        **_SOURCE,
    },
    required=("about", "kind", "name", "source"),
)
PARTNER_KINDS: Final = (FIGURE, LINK)
