"""Measures: what was decided to be done, by whom and until when, and what has become of it."""
