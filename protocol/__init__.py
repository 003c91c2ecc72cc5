"""The words that Novbe's programs say to each other: commands, events, the hall, and how they travel."""
