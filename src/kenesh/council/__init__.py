"""From a page to a register: who said what, of which kind, about what, by when. Nothing here enters anything."""
