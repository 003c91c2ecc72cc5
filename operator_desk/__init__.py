"""The operator's desk: ``web/``, what runs in the operator's browser. Keypads and signs come here later."""
