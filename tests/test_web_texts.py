"""The texts of the pages: what the extractor finds is what the pages say."""

import re

from tests import texts

SAID = re.compile(r'\btn?\(\s*"((?:[^"\\]|\\.)*)"')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def test_the_extractor_finds_every_sentence_of_the_pages() -> None:
    """Also those inside templates within templates, where it could lose its way."""
    found = set(texts.sentences(texts.collect()))
    pages = [path for path in texts.ROOT.glob("*/web/*.js") if path.parent.name == "web"]
    said = {s for path in pages for s in SAID.findall(COMMENT.sub("", path.read_text(encoding="utf-8")))}
    assert len(said) > 50
    assert said - found == set()
