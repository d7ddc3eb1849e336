"""The command line: what a person or a script says to a node, each command a few lines over `kenesh.doors.acts`."""
