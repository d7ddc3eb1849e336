"""Every type of the council's own. Each is defined by the capability that it belongs to, and named here."""

from __future__ import annotations

from typing import Final

from kenesh.council.directory.kinds import CLAIM
from kenesh.council.kinds import KINDS as COUNCIL
from kenesh.council.measures.kinds import KINDS as MEASURES
from kenesh.council.notes import NOTE_VERBALE
from kenesh.council.partners.kinds import PARTNER_KINDS
from kenesh.council.register.kinds import KINDS_OF_REGISTER
from kenesh.council.treaties.kinds import KINDS_OF_TREATIES
from kenesh.parties.agencies import RECEIVER
from kenesh.parties.bodies import BODY, MEMBERSHIP
from kenesh.parties.card import CARD
from kenesh.parties.revocation import REVOCATION
from kenesh.release.forwarding import FORWARD_REQUEST
from kenesh.release.recalls import RECEIPT
from kenesh.release.statements import RELEASE, WITHDRAWAL
from kenesh.response.alerts import ALERT, RULES
from kenesh.response.checks import CHECK
from kenesh.response.contacts import CONTACT
from kenesh.response.kinds import KINDS
from kenesh.response.scenarios import SCENARIO
from kenesh.response.sitreps import CONNECTION, SITREP
from kenesh.response.sittings import SITTING
from kenesh.stix.register import Channel, TypeDefinition

TYPES: Final[tuple[TypeDefinition, ...]] = (
    *(CARD, REVOCATION),
    *(BODY, MEMBERSHIP, RECEIVER),
    *(RELEASE, WITHDRAWAL, RECEIPT, FORWARD_REQUEST),
    *KINDS,
    *(ALERT, RULES, SITREP, CONNECTION),
    *(CONTACT, CHECK, SITTING),
    SCENARIO,
    *COUNCIL,
    CLAIM,
    *KINDS_OF_REGISTER,
    *MEASURES,
    *PARTNER_KINDS,
    *KINDS_OF_TREATIES,
    NOTE_VERBALE,
)
CONTROL_TYPES: Final = frozenset(t.name for t in TYPES if t.channel is Channel.CONTROL)
#: What nodes tell one another by themselves holds nothing that anybody searches.
_OF_NODES: Final = frozenset((CARD.name, REVOCATION.name, RECEIPT.name, RECEIVER.name))
PROSE_TYPES: Final = frozenset(t.name for t in TYPES if t.channel is Channel.CONTENT) - _OF_NODES
