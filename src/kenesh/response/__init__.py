"""Acting together: cases, tasks, statutory clocks, alert levels. Each state is derived from what the parties stated."""
