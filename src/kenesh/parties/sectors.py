"""The sectors into which a state sorts its organisations. One list, for cases and for constituents."""

from __future__ import annotations

from typing import Final

#: Directive (EU) 2022/2555, Annexes I and II.
SECTORS: Final = (
    "energy", "transport", "banking", "financial-market-infrastructures", "health", "drinking-water", "waste-water",
    "digital-infrastructure", "ict-service-management", "public-administration", "space", "postal", "waste",
    "chemicals", "food", "manufacturing", "digital-providers", "research", "trust-services",
)  # fmt: skip
