"""The tables. What a rule or a query reads stands in a column; no query looks into an object's bytes.

`tlp` columns hold `Tlp`, `kind` columns `AudienceKind`; instants are microseconds. Grants are clustered by (collection,
tlp, stamp): a page is one range for each level that the reader may see; what ended is moved to `past_grants`, so that
no read passes over it. A change here needs a revision in `migrations/versions`.
"""

from __future__ import annotations

from kenesh.edges.store.schema.columns import metadata
from kenesh.edges.store.schema.constituents import constituent_groups, constituent_tokens, constituents, looked_up
from kenesh.edges.store.schema.given import (
    awaited,
    caveats,
    collections,
    given_atoms,
    grants,
    not_for,
    past_grants,
    quarantine,
    reads,
    statements,
)
from kenesh.edges.store.schema.held import (
    atoms,
    cited_markings,
    holds,
    import_remarks,
    import_versions,
    imports,
    links,
    long_values,
    meta,
    objects,
    originals,
    proposals,
    versions,
)
from kenesh.edges.store.schema.parties import (
    alarms,
    ceilings,
    cursors,
    feeds,
    key_statements,
    packs,
    peers,
    secrets,
    statuses,
    taken_back,
    terms,
)
from kenesh.edges.store.schema.people import accounts, passkeys, recovery_codes, sessions, tokens
from kenesh.edges.store.schema.record import (
    ledger_acts,
    ledger_epochs,
    ledger_frontiers,
    ledger_heads,
    ledger_leaves,
    witnessed_heads,
)

__all__ = [
    "accounts",
    "alarms",
    "atoms",
    "awaited",
    "caveats",
    "ceilings",
    "cited_markings",
    "collections",
    "constituent_groups",
    "constituent_tokens",
    "constituents",
    "cursors",
    "feeds",
    "given_atoms",
    "grants",
    "holds",
    "import_remarks",
    "import_versions",
    "imports",
    "key_statements",
    "ledger_acts",
    "ledger_epochs",
    "ledger_frontiers",
    "ledger_heads",
    "ledger_leaves",
    "links",
    "long_values",
    "looked_up",
    "meta",
    "metadata",
    "not_for",
    "objects",
    "originals",
    "packs",
    "passkeys",
    "past_grants",
    "peers",
    "proposals",
    "quarantine",
    "reads",
    "recovery_codes",
    "secrets",
    "sessions",
    "statements",
    "statuses",
    "taken_back",
    "terms",
    "tokens",
    "versions",
    "witnessed_heads",
]
