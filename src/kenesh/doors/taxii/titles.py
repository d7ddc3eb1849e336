"""How a collection is called and what may be done with it, for whoever asks."""

from __future__ import annotations

from kenesh.doors.services import Transaction
from kenesh.federation.audiences import audience_name
from kenesh.holdings.rows import View
from kenesh.parties.own import Own
from kenesh.release.audience import AudienceKind
from kenesh.release.reader import Reader, ReaderKind
from kenesh.stix.register import Channel
from kenesh.taxii.media import STIX_MEDIA_TYPE
from kenesh.taxii.resources import Collection


def collection_is_writable(reader: Reader, view: View) -> bool:
    """A node, or an account, writes to its own party's inbox alone."""
    collection = view.collection
    return (
        reader.kind in (ReaderKind.PEER, ReaderKind.ACCOUNT)
        and collection.audience.kind is AudienceKind.PARTY
        and collection.audience.ref == reader.party_ref
        and collection.channel is Channel.CONTENT
    )


def collection_resource(tx: Transaction, own: Own, reader: Reader, view: View) -> Collection:
    """The collection resource (TAXII 2.1 §5.2.1)."""
    collection = view.collection
    name = audience_name(tx, collection.audience)
    if collection.audience.kind is AudienceKind.PARTY:
        name = f"Inbox of {name}"
    what = "releases and withdrawals" if collection.channel is Channel.CONTROL else "objects"
    return Collection(
        id=collection.id,
        title=f"{name}: {what}",
        description=f"What {own.code} releases to {audience_name(tx, collection.audience)}: {what}.",
        can_read=bool(view.levels),
        can_write=collection_is_writable(reader, view),
        media_types=(STIX_MEDIA_TYPE,),
    )
