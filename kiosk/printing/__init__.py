"""Tickets on paper: laid out, encoded, sent, and confirmed or not."""
