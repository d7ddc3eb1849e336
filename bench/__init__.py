"""The numbers: ratios in one run, medians, against a floor and a ceiling that the harness makes itself."""
