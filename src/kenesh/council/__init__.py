"""The council's own work: what is proposed, who takes which position, what is decided, and what is read from pages."""
