"""Notices that go out of the house: they say that something came, and nothing of what."""
