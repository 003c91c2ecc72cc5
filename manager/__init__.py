"""The manager's page: ``web/``, what runs in the browser of those who run the hall. No Python."""
