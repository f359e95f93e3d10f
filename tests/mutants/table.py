"""Which test catches which bug: the cheapest that does, and what else does.

`MUTANTS` is what `tests/mutants/test_mutants.py` proves at every run of the suite. The model test and the torture test
catch bugs that nobody has named yet; `python -m tests.mutants` proves for those marked here that they do (`make
mutants`), which takes minutes.
"""

from dataclasses import dataclass

ROUTES, SOCKETS = "tests/routes", "tests/sockets"
STORED_FIRST = f"{SOCKETS}/test_stored_first.py"


@dataclass(frozen=True)
class Mutant:
    """The tests that must fail with the bug and pass without it."""

    caught_by: tuple[str, ...]
    by_model: bool = False
    """The model test catches it as well."""
    by_images: bool = False
    """The images of power cuts catch it as well: `python -m tests.powerloss`."""


MUTANTS = {
    "emit_before_commit": Mutant(
        (f"{STORED_FIRST}::test_what_could_not_be_stored_is_said_to_nobody",),
        by_model=True,
    ),
    "act_on_savepoints": Mutant(
        (f"{STORED_FIRST}::test_what_could_not_be_stored_is_said_to_nobody",),
        by_model=True,
    ),
    "no_dedupe": Mutant(
        (
            f"{ROUTES}/test_messages.py::test_a_repeat_gets_the_same_body_with_200_and_stores_nothing",
            f"{ROUTES}/test_messages.py::test_a_repeated_edit_changes_nothing_and_gets_the_same_answer",
        ),
        by_model=True,
    ),
    "subscribe_after_snapshot": Mutant(
        (f"{SOCKETS}/test_delivery.py::test_who_has_heard_hello_hears_everything_after_it",),
        by_model=True,
    ),
    "synchronous_normal": Mutant(("tests/test_startup.py::test_the_writer_waits_for_the_disk",), by_images=True),
    "cursor_before_effect": Mutant(
        (
            "tests/listeners/test_runner.py::test_an_effect_that_fails_at_the_end_leaves_neither_effect_nor_cursor",
            "tests/listeners/test_runner.py::test_an_external_effect_has_the_same_key_at_every_try",
        ),
    ),
    "one_global_token": Mutant(
        (f"{ROUTES}/test_sync.py::test_a_hole_in_one_stream_is_filled_although_another_has_gone_on",),
        by_model=True,
    ),
    "leave_after_emit": Mutant(
        (f"{SOCKETS}/test_delivery.py::test_a_removed_member_hears_nothing_from_the_commit_on",),
        by_model=True,
    ),
    "deleted_text_replayed": Mutant(
        (
            f"{SOCKETS}/test_delivery.py::test_deleted_text_that_was_not_broadcast_yet_is_sent_to_nobody",
            "tests/test_live_equals_reload.py::test_what_was_deleted_is_sent_to_nobody_again",
        ),
        by_model=True,
    ),
    "acknowledged_unstored": Mutant(
        (f"{STORED_FIRST}::test_what_could_not_be_stored_is_not_acknowledged",),
        by_model=True,
    ),
    "other_writers_unseen": Mutant(("tests/test_unit_of_work.py::test_what_another_process_wrote_moves_the_heads",)),
    "floor_ignored": Mutant(
        ("tests/housekeeping/test_retention.py::test_a_client_that_was_away_past_the_floor_starts_from_a_snapshot",),
        by_model=True,
    ),
    "read_mark_moves_back": Mutant(
        (f"{ROUTES}/test_reading.py::test_the_mark_never_moves_back",),
        by_model=True,
    ),
    "everybody_catches_up_everywhere": Mutant(
        (f"{ROUTES}/test_sync.py::test_an_outsider_is_told_that_the_room_is_gone",),
        by_model=True,
    ),
    "coming_back_goes_on_from_before": Mutant(
        (f"{ROUTES}/test_sync.py::test_who_left_and_came_back_starts_from_a_snapshot",),
    ),
    "listener_stops_for_good": Mutant(
        ("tests/listeners/test_runner.py::test_the_wait_grows_from_a_second_to_five_minutes",),
    ),
}
