"""A simulated hall: visitors, operators, kiosks, boards and phones that use a real server by its contract."""
