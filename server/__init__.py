"""The hall's server: the log, the engine that owns the state, and who may ask and hear."""
