"""Six nodes on this machine play the story of the README."""
