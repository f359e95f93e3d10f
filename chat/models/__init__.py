"""The tables, a file for what belongs together; importing this package registers all of them."""

from chat.models.access import ApiToken, Invite, PasswordReset, Session
from chat.models.delivery import Delivery
from chat.models.draft import SavedDraft
from chat.models.emoji import OwnEmoji
from chat.models.hook import IncomingHook, OutgoingHook
from chat.models.keeping import Pin, Saved
from chat.models.listener import DailyActivity, DeadLetter, ListenerState, ResponseTime
from chat.models.log import LoggedEvent, LogState, StoredAnswer, Stream
from chat.models.message import Mention, Message, Reaction, Revision
from chat.models.planning import Reminder, ScheduledMessage
from chat.models.poll import Poll, PollOption, PollVote
from chat.models.preview import LinkPage, Preview
from chat.models.push import PushSubscription, ShownPush
from chat.models.room import FormerMember, Membership, Room
from chat.models.thread import ThreadFollow
from chat.models.upload import DiscardedFile, Upload
from chat.models.user import MailMark, User
from chat.models.workspace import Workspace

__all__ = [
    "ApiToken",
    "DailyActivity",
    "DeadLetter",
    "Delivery",
    "DiscardedFile",
    "FormerMember",
    "IncomingHook",
    "Invite",
    "LinkPage",
    "ListenerState",
    "LogState",
    "LoggedEvent",
    "MailMark",
    "Membership",
    "Mention",
    "Message",
    "OutgoingHook",
    "OwnEmoji",
    "PasswordReset",
    "Pin",
    "Poll",
    "PollOption",
    "PollVote",
    "Preview",
    "PushSubscription",
    "Reaction",
    "Reminder",
    "ResponseTime",
    "Revision",
    "Room",
    "Saved",
    "SavedDraft",
    "ScheduledMessage",
    "Session",
    "ShownPush",
    "StoredAnswer",
    "Stream",
    "ThreadFollow",
    "Upload",
    "User",
    "Workspace",
]
