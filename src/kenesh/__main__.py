"""`python -m kenesh`."""

from kenesh.node.main import main

main()
