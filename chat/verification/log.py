"""The log and its streams."""

from chat.verification.evidence import queries

log = queries(
    {
        "the log has no head, or several": "SELECT count(*) FROM log_state HAVING count(*) != 1",
        "the head is not the newest event": """
            SELECT 'head ' || head_seq || ', newest ' || (SELECT max(seq) FROM event) FROM log_state
            WHERE head_seq != (SELECT coalesce(max(seq), head_seq) FROM event)""",
        "events are missing in the middle": """
            SELECT count(*) || ' from ' || min(seq) || ' to ' || max(seq) FROM event
            HAVING count(*) != max(seq) - min(seq) + 1""",
    }
)

streams = queries(
    {
        "streams whose events do not go from floor to head": """
            SELECT stream.id FROM stream LEFT JOIN (
                SELECT stream_id, count(*) AS held, min(stream_seq) AS first, max(stream_seq) AS last
                FROM event GROUP BY stream_id
            ) AS events ON events.stream_id = stream.id
            WHERE coalesce(held, 0) != head - floor OR (held > 0 AND (first != floor + 1 OR last != head))""",
        "streams that have events and no head": """
            SELECT DISTINCT stream_id FROM event WHERE stream_id NOT IN (SELECT id FROM stream)""",
    }
)
