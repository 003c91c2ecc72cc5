"""The kiosk in pygame: a touch gives a ticket, and a slip of paper with its number."""
