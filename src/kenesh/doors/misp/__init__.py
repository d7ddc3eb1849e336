"""A MISP feed over HTTP: what is released to the client that asks, an event for each release."""
