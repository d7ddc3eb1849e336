"""Treaties: what each party states of its own steps, and what follows from that by the treaty's own rule."""
