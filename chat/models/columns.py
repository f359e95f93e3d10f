"""Column types that several tables share."""

from typing import Annotated

from sqlalchemy import ForeignKey
from sqlalchemy.orm import mapped_column

Moment = str
"""ISO 8601 in UTC with milliseconds, as on the wire: it sorts as text."""
UserKey = Annotated[int, mapped_column(ForeignKey("user.id"))]
RoomKey = Annotated[int, mapped_column(ForeignKey("room.id"))]
MessageKey = Annotated[int, mapped_column(ForeignKey("message.id"))]
