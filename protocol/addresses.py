"""The addresses of a hall: of the server that runs it, and of the one that stands by and may run it next."""


def addresses(text: str) -> list[str]:
    """Read ``URL[,URL]``, the first one the server that is tried first."""
    return [url for part in text.split(",") if (url := part.strip().rstrip("/"))]
