"""A board of the hall in pygame: what is called now, and the voice that says it."""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import ui  # noqa: F401 - before pygame, which greets on standard output unless ui has hushed it
