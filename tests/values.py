"""Values that no field may choke on, shared by the tests of the routes."""

NOT_TEXT = [{}, [], ["x"], {"x": "y"}, 1, -1, 1.5, True, False, None]
NOT_A_NUMBER = [{}, [], "1", "x", 1.5, True, False]
NOT_AN_ID = [*NOT_A_NUMBER, None, 0, -1, 2**53, 2**63, 2**64, -(2**63), 10**400]
HUGE_IDS = [0, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, 10**30]
"""Ids for a path: none of them exists."""
NOT_AN_OBJECT = [b"", b"[]", b'"x"', b"1", b"null", b"true", b"{", b"\xff\xfe{}", b"[" * 100_000, b'{"text": "\xff"}']
"""Request bodies that are not a JSON object."""
UNSTORABLE_TEXTS = ["nul \x00 inside", "\ud800", "\udfff tail"]
INVISIBLE_TEXTS = ["", " ", "\n\t \r\n", "\u200b", "\u200d\ufe0f", "\u00a0\u3000", "\u3164", "\u2800", "\u2060\ufeff", "\u115f"]
"""Nothing that a reader would see."""
