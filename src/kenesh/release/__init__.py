"""May this go to that reader, under which rule, and why. The only maker of `Released`."""
