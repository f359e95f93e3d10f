"""How many pictures are decoded at once."""

from chat.concurrency import Slots

decoders = Slots(1)
"""One picture takes up to 640 MB while it is decoded."""
