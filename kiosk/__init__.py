"""The kiosk in pygame: a touch gives a ticket, and a slip of paper with its number."""

import ui  # noqa: F401 - before pygame, which greets on standard output unless ui has hushed it
