"""Formats of the outer world, each in a room of its own: into STIX 2.1 on the way in, and back on the way out."""
