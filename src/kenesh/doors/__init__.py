"""The doors: command line, TAXII, API and desk. No decision is taken in here."""
