"""What is read from pages and communiques: who said what, for people to confirm or correct."""
