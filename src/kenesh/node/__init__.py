"""One running node: settings, wiring, jobs; the entry point, and the only place that wires."""
