"""``python -m preserve`` is the command ``preserve``."""

from preserve.cli.main import main

main()
