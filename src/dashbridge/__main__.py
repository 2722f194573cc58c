"""`python -m dashbridge`."""

from dashbridge.cli import main

main()
