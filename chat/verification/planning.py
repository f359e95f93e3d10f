"""Polls and their votes; drafts, scheduled messages and reminders."""

from chat.verification.evidence import queries

HELD = """
    SELECT 'draft_changed' AS type, user_id, 'draft of ' || user_id || ' in room ' || room_id AS name, event_seq
    FROM draft
    UNION ALL SELECT 'scheduled_changed', user_id, 'scheduled message ' || id, event_seq FROM scheduled_message
    UNION ALL SELECT 'reminder', user_id, 'reminder ' || id, event_seq FROM reminder"""

polls = queries(
    {
        "polls with fewer than two options, or with a gap between them": """
            SELECT poll.message_id FROM poll
            LEFT JOIN poll_option AS option ON option.message_id = poll.message_id
            GROUP BY poll.message_id HAVING count(option.number) < 2 OR max(option.number) != count(option.number)""",
        "votes for what cannot be chosen": """
            SELECT DISTINCT vote.message_id FROM poll_vote AS vote
            LEFT JOIN poll_option AS option ON option.message_id = vote.message_id AND option.number = vote.number
            WHERE option.number IS NULL""",
        "people with several votes where one can be chosen": """
            SELECT 'person ' || user_id || ' in ' || poll.message_id FROM poll
            JOIN poll_vote AS vote ON vote.message_id = poll.message_id
            WHERE NOT is_multiple GROUP BY poll.message_id, user_id HAVING count(*) > 1""",
        "polls that were closed and are open": """
            SELECT DISTINCT poll.message_id FROM poll JOIN event ON event.message_id = poll.message_id
            WHERE event.type = 'poll_closed' AND closed_at IS NULL""",
        "polls whose votes are not those that were told last": """
            SELECT DISTINCT event.message_id FROM event JOIN (
                SELECT max(seq) AS newest FROM event WHERE type IN ('poll_voted', 'poll_closed') GROUP BY message_id
            ) ON newest = event.seq, json_each(event.payload, '$.poll.options') AS option
            WHERE json_extract(option.value, '$.count') != (
                SELECT count(*) FROM poll_vote AS vote
                WHERE vote.message_id = event.message_id AND vote.number = json_extract(option.value, '$.number'))""",
    }
)

plans = queries(
    {
        "drafts, scheduled messages and reminders whose event does not tell of them": f"""
            SELECT name FROM ({HELD}) AS held LEFT JOIN event ON event.seq = event_seq
                AND event.stream_id = 'user-' || user_id AND event.type LIKE held.type || '%'
                AND event.payload IS NOT NULL
            WHERE event.seq IS NULL AND event_seq >= (SELECT min(seq) FROM event)""",  # noqa: S608 - a constant
        "events that still hold what was changed, sent or taken back": f"""
            SELECT seq FROM event WHERE payload IS NOT NULL AND seq NOT IN (SELECT event_seq FROM ({HELD})) AND (
                type IN ('scheduled_changed', 'reminder_changed', 'reminder_due')
                OR (type = 'draft_changed' AND (
                    json_extract(payload, '$.text') != '' OR json_extract(payload, '$.quoted_id') IS NOT NULL)))""",  # noqa: S608 - a constant
        "scheduled messages that were posted and would be again": """
            SELECT scheduled_message.id FROM scheduled_message JOIN message
                ON author_id = user_id AND message.client_id = scheduled_message.client_id
            WHERE state != 'sent'""",
        "scheduled messages that say they were posted and were not": """
            SELECT scheduled_message.id FROM scheduled_message LEFT JOIN message ON message.id = posted_id
            WHERE state = 'sent' AND (message.id IS NULL OR author_id != user_id)""",
        "scheduled messages that failed for no reason": """
            SELECT id FROM scheduled_message WHERE (state = 'failed') != (failure IS NOT NULL)""",
    }
)
