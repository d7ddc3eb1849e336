"""The register: what was said, confirmed by people, with its source; and what became of it, by evidence alone."""
