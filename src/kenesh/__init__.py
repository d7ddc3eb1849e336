"""Kenesh: the working platform of a council of states."""

__version__ = "0.1.0"
