"""STIX 2.1 as values: objects, markings, patterns, and the register of types."""
