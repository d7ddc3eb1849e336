"""Accounts of persons and tokens of clients: how they are kept, and how somebody comes in."""
