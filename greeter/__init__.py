"""The greeter's page, in ``web/``: tickets for those who cannot take one, slips read, help calls answered."""
