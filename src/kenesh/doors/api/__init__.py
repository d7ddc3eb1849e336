"""The API: events for peers, and health."""
