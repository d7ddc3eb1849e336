"""Formats on the way out: each writes what was released to a reader, and nothing else."""
