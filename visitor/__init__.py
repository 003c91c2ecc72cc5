"""The visitor's page: ``web/``, what runs in the browser of a visitor's phone. No Python."""
