"""Files of statistics and of figures: SDMX-ML, SDMX-JSON, SDMX-CSV, and a plain CSV of our own columns."""
