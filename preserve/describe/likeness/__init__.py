"""Whether two texts are one: the same words in another encoding, with other line ends, or with other page chrome.

``docs/decisions/0014-near-duplicates.md`` says what was measured.
"""
