"""The rules of the hall: pure functions and one state, no socket, no file, no clock, no random number."""
