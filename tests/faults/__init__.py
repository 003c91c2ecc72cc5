"""The faults that a hall must survive: how they are made, and the catalogue of what came of them."""
