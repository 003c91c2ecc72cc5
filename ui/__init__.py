"""What the pygame programs share: languages, text, theme, canvas and loop; and the web pages' components."""

import os

# pygame greets on standard output, where the programs say what they do and where.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
