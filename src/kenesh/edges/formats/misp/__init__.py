"""MISP's events, made STIX 2.1: what an attribute, object, galaxy, sighting or tag of one says, and how far it may go.

Ids come from MISP's own UUIDs and times from its own timestamps: the same event always gives the same octets. Where
misp-stix translates otherwise, `docs/reference/formats.md` says why.
"""
