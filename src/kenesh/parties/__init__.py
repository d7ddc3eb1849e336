"""Who is who: parties, their nodes' keys and cards, bodies, and the terms of membership."""
