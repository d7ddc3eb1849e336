"""What is done and seen of how bodies decide."""
