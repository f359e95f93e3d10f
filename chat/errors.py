"""Every refusal as a class; `routes/problems.py` maps them to HTTP once.

`detail` is an English sentence for the person who asked; catalogues translate it.
"""

from typing import Any, ClassVar


def N_(sentence: str) -> str:  # noqa: N802 - gettext's name for "extract this, translate it later"
    """Mark a sentence for translation."""
    return sentence


NOTHING_SAID = N_("Write something first.")


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A request that Stet understood and will not carry out; nothing was changed."""

    code: ClassVar[str] = "refused"
    detail: str = N_("That is not possible.")

    def __init__(self, detail: str | None = None, **extra: Any) -> None:
        """Take a more exact sentence, and members to add to the problem document."""
        super().__init__(detail or self.detail)
        self.detail = detail or self.detail
        self.extra = extra


class InvalidError(Refusal):
    """Fields that do not hold what they must; `errors` says it per field."""

    code = "invalid"
    detail = N_("Some fields need another look.")

    def __init__(self, **errors: str) -> None:
        """Take a sentence for each field."""
        super().__init__(errors=errors)
        self.errors = errors


class MalformedJsonError(Refusal):
    code = "malformed_json"
    detail = N_("The request body is not a JSON object.")


class SignedOutError(Refusal):
    code = "signed_out"
    detail = N_("You are signed out. Sign in and try again.")


class WrongPasswordError(Refusal):
    code = "wrong_password"
    detail = N_("That email and password do not match.")


class CsrfError(Refusal):
    code = "csrf"
    detail = N_("This page is out of date. Reload it and try again.")


class NotFoundError(Refusal):
    code = "not_found"
    detail = N_("There is nothing here, or you cannot see it.")


class NotAllowedError(Refusal):
    code = "not_allowed"
    detail = N_("You may not do that.")


class NotYourMessageError(NotAllowedError):
    code = "not_your_message"
    detail = N_("Only the person who wrote a message can change it.")


class EditConflictError(Refusal):
    code = "edit_conflict"
    detail = N_("The message has changed since you opened it.")


class MessageDeletedError(Refusal):
    code = "message_deleted"
    detail = N_("The message was deleted.")


class QuoteGoneError(Refusal):
    code = "quote_gone"
    detail = N_("The message that you quote is gone, or you cannot see it any more.")


class PinsFullError(Refusal):
    code = "pins_full"
    detail = N_("This room has 100 pins. Take one away first.")


class SavedFullError(Refusal):
    code = "saved_full"
    detail = N_("You have saved 500 messages. Mark some as done first.")


class KeyReusedError(Refusal):
    code = "idempotency_key_reused"
    detail = N_("This idempotency key was used for another request.")


class RoomArchivedError(Refusal):
    code = "room_archived"
    detail = N_("The room is archived. Bring it back to write in it.")


class RoomNameTakenError(Refusal):
    code = "room_name_taken"
    detail = N_("There is already a room with this name.")


class DirectRoomError(Refusal):
    code = "direct_room"
    detail = N_("The people, name and topic of a direct message do not change.")


class DraftConflictError(Refusal):
    code = "draft_conflict"
    detail = N_("This draft was changed on another device.")


class TooManyError(Refusal):
    code = "too_many"
    detail = N_("You have as many of these as there can be. Remove some first.")


class PollClosedError(Refusal):
    code = "poll_closed"
    detail = N_("This poll is closed.")


class PollFixedError(Refusal):
    code = "poll_fixed"
    detail = N_("A poll cannot be changed once it is asked. Delete it and ask again.")


class DefaultRoomError(Refusal):
    code = "default_room"
    detail = N_("Everybody is in this room; it stays open.")


class MailOffError(Refusal):
    code = "mail_off"
    detail = N_("This server sends no mail.")


class MailFailedError(Refusal):
    code = "mail_failed"
    detail = N_("The mail server did not take it.")


class EmailTakenError(Refusal):
    code = "email_taken"
    detail = N_("There is already an account with this email.")


class AlreadySetUpError(Refusal):
    code = "already_set_up"
    detail = N_("This server is set up already. Sign in instead.")


class NotSetUpError(Refusal):
    code = "not_set_up"
    detail = N_("This server is not set up yet.")


class SetupTokenError(Refusal):
    code = "wrong_setup_token"
    detail = N_("That set-up token is not right. It is printed in the server's terminal.")


class InviteUnusableError(Refusal):
    code = "invite_unusable"
    detail = N_("This invite has expired or was used up. Ask for a new link.")


class ResetUnusableError(Refusal):
    code = "reset_unusable"
    detail = N_("This link has expired or was used. Ask for a new one.")


class LastOwnerError(Refusal):
    code = "last_owner"
    detail = N_("A workspace needs at least one owner.")


class DeactivatedError(Refusal):
    code = "deactivated"
    detail = N_("This person is deactivated. Bring them back first.")


class SearchEmptyError(Refusal):
    code = "search_empty"
    detail = N_("Type a word to search for.")


class SearchTooLongError(Refusal):
    code = "search_too_long"
    detail = N_("That is too long to search for. Use up to 500 characters.")


class SearchUnavailableError(Refusal):
    code = "search_unavailable"
    detail = N_("Search does not answer at the moment. Try again later.")


class NotJsonError(Refusal):
    code = "not_json"
    detail = N_("Send this as JSON, with Content-Type: application/json.")


class OtherSiteError(Refusal):
    code = "other_site"
    detail = N_("This request came from another site.")


class ImageRefusedError(Refusal):
    code = "image_refused"
    detail = N_("That file is not a picture that we can read. Use PNG, JPEG, WebP or GIF, up to 5 MB.")


class EmojiNameTakenError(Refusal):
    code = "emoji_name_taken"
    detail = N_("There is an emoji of this name. Choose another one.")


class TooManyEmojiError(Refusal):
    code = "too_many_emoji"
    detail = N_("The workspace has 500 emoji of its own. Remove one first.")


class FileTooLargeError(Refusal):
    code = "file_too_large"
    detail = N_("That file is too large.")


class PersonQuotaError(Refusal):
    code = "person_quota_full"
    detail = N_("Your files take up all the room that one person has. Delete messages with large files first.")


class WorkspaceQuotaError(Refusal):
    code = "workspace_quota_full"
    detail = N_("The workspace has no more room for files. Ask whoever runs the server.")


class UploadsPausedError(Refusal):
    code = "uploads_paused"
    detail = N_("The server's disk is nearly full, so it takes no files. Messages go on.")


class ChunkTooLargeError(Refusal):
    code = "chunk_too_large"
    detail = N_("Send a file in pieces of up to 1 MB.")


class OffsetConflictError(Refusal):
    code = "offset_conflict"
    detail = N_("The upload stands somewhere else. Go on from there.")


class UploadIncompleteError(Refusal):
    code = "upload_incomplete"
    detail = N_("The file has not arrived as a whole yet.")


class UploadAttachedError(Refusal):
    code = "upload_attached"
    detail = N_("The file belongs to a message already.")


class TooManyRequestsError(Refusal):
    code = "too_many_requests"
    detail = N_("That was too often. Wait a moment and try again.")


class BackupRunningError(Refusal):
    code = "backup_running"
    detail = N_("A backup is being made already.")


class InvalidPayloadError(Refusal):
    code = "invalid_payload"
    detail = N_("This is not a message: send JSON with a text, as it is or as the field payload of a form.")


class NoTextError(Refusal):
    code = "no_text"
    detail = NOTHING_SAID


class HookTextTooLongError(Refusal):
    code = "msg_too_long"
    detail = N_("This is too long. A webhook takes up to 40,000 characters at a time.")


class HookRoomGoneError(Refusal):
    code = "channel_not_found"
    detail = N_("The webhook was taken out of its room.")


class PushServiceRefusedError(Refusal):
    code = "push_service_refused"
    detail = N_("Stet does not send to this browser's push service. Whoever runs Stet can allow it.")


class TooManyHooksError(Refusal):
    code = "too_many_hooks"
    detail = N_("This room has 20 webhooks. Delete one first.")


class TooManyOutgoingHooksError(Refusal):
    code = "too_many_hooks"
    detail = N_("There are 50 outgoing webhooks. Delete one first.")


class StorageError(Refusal):
    """The database could not take it; whose request it was does not matter."""


class StorageBusyError(StorageError):
    code = "storage_busy"
    detail = N_("The database is busy. Nothing was stored; try again in a moment.")


class StorageFullError(StorageError):
    code = "storage_full"
    detail = N_("The server's disk is full. Nothing was stored; try again when there is room.")


class UnknownOutcomeError(StorageError):
    code = "unknown_outcome"
    detail = N_("It is not known whether this was stored. Repeat it with the same key.")
