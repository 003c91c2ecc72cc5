"""The demonstration: ``web/``, a page with kiosk, board, desk and phone, and a tour. No Python."""
