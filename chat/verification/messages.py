"""Messages, and what the log still says of them."""

from chat.verification.evidence import queries

messages = queries(
    {
        "messages that are not in the log where they say": """
            SELECT message.id FROM message
            LEFT JOIN stream ON stream.id = 'room-' || message.room_id
            LEFT JOIN event ON event.seq = message.seq AND event.type = 'message_posted'
                AND event.message_id = message.id AND event.stream_id = stream.id
                AND event.stream_seq = message.stream_seq
            WHERE event.seq IS NULL AND message.stream_seq > coalesce(stream.floor, 0)""",
        "events that tell of messages which are not there": """
            SELECT event.seq FROM event LEFT JOIN message ON message.id = event.message_id
            WHERE event.type = 'message_posted' AND message.id IS NULL""",
        "messages whose version is not that of their newest event": """
            SELECT message.id FROM message JOIN (
                SELECT message_id, max(version) AS newest FROM event
                WHERE type IN ('message_posted', 'message_edited', 'message_deleted') GROUP BY message_id
            ) AS events ON events.message_id = message.id WHERE newest != message.version""",
    }
)

withdrawn = queries(
    {
        "events that still hold what was edited or deleted later": """
            SELECT event.seq FROM event JOIN (
                SELECT message_id, max(seq) AS withdrawn FROM event
                WHERE type IN ('message_edited', 'message_deleted') GROUP BY message_id
            ) AS later ON later.message_id = event.message_id
            WHERE event.seq < withdrawn AND event.payload IS NOT NULL""",
        "events that still hold what a deleted message said": """
            SELECT event.seq FROM event JOIN message ON message.id = event.message_id
            WHERE message.deleted_at IS NOT NULL AND event.type IN ('message_posted', 'message_edited')
                AND event.payload IS NOT NULL""",
    }
)

deleted = queries(
    {
        "deleted messages that still say something": """
            SELECT id FROM message
            WHERE deleted_at IS NOT NULL AND
                (text != '' OR html != '' OR fingerprint IS NOT NULL OR quoted_id IS NOT NULL)""",
        "deleted messages with revisions": """
            SELECT DISTINCT message.id FROM message JOIN revision ON revision.message_id = message.id
            WHERE deleted_at IS NOT NULL""",
        "deleted messages that still ask something": """
            SELECT message.id FROM message JOIN poll ON poll.message_id = message.id WHERE deleted_at IS NOT NULL""",
        "deleted messages that are pinned": """
            SELECT message.id FROM message JOIN pin ON pin.message_id = message.id WHERE deleted_at IS NOT NULL""",
        "deleted messages with mentions or reactions": """
            SELECT id FROM message WHERE deleted_at IS NOT NULL AND (
                id IN (SELECT message_id FROM mention) OR id IN (SELECT message_id FROM reaction))""",
    }
)
