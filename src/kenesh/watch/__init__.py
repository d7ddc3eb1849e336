"""Indicators at work: values and atoms, look-up, the hunt in logs, and the sightings that answer."""
