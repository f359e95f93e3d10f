"""Tables in messages: a row of names, a row of dashes, and rows that have a bar; the next line without one is text.

CommonMark's extension takes every following line into the table, and completes short rows without a limit: a message of
4,000 characters would become 65,000 cells.
"""

import re

from markdown_it.rules_block import StateBlock

MOST_COLUMNS = 20
MOST_CELLS = 800

_BAR = re.compile(r"(?<!\\)\|")
_DASHES = re.compile(r":?-+:?")


def table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001 - a rule
    """Read a table, or leave the lines to the next rule."""
    alignments = _alignments(state, start_line, end_line)
    if alignments is None:
        return False
    end = _end(state, start_line + 2, end_line)
    if len(alignments) * (end - start_line) > MOST_CELLS:
        return False
    if not silent:
        _push(state, start_line, end, alignments)
        state.line = end
    return True


def _alignments(state: StateBlock, start_line: int, end_line: int) -> list[str] | None:
    """Return the class of each column, "" for the usual one; None when no table starts here."""
    if start_line + 2 > end_line or not _belongs(state, start_line + 1):
        return None
    names, dashes = _line(state, start_line), _line(state, start_line + 1)
    if "|" not in dashes or not _BAR.search(names):
        return None
    columns = cells_of(dashes)
    if len(columns) > MOST_COLUMNS or len(columns) != len(cells_of(names)):
        return None
    return [_alignment(cell) for cell in columns] if all(_DASHES.fullmatch(cell) for cell in columns) else None


def _alignment(dashes: str) -> str:
    if not dashes.endswith(":"):
        return ""
    return "center" if dashes.startswith(":") else "end"


def _end(state: StateBlock, line: int, end_line: int) -> int:
    """Return where the lines with a bar end; asked for each of many lines, it looks at them once."""
    runs: dict[tuple[int, int, int], tuple[int, int]] = state.env.setdefault("bar_runs", {})
    place = (state.level, state.blkIndent, end_line)
    start, end = runs.get(place, (0, 0))
    if not start <= line < end:
        start = end = line
        while end < end_line and _belongs(state, end) and _BAR.search(_line(state, end)):
            end += 1
        runs[place] = (start, end)
    return end


def _belongs(state: StateBlock, line: int) -> bool:
    return not state.isEmpty(line) and state.sCount[line] >= state.blkIndent


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()


def cells_of(line: str) -> list[str]:
    r"""Return what stands between the bars of a line; `\|` is a bar inside a cell."""
    cells = _BAR.split(line)
    if cells and not cells[0].strip():
        cells = cells[1:]
    if cells and not cells[-1].strip():
        cells = cells[:-1]
    return [cell.strip().replace("\\|", "|") for cell in cells]


def _push(state: StateBlock, start_line: int, end: int, alignments: list[str]) -> None:
    state.push("table_open", "table", 1).map = [start_line, end]
    state.push("thead_open", "thead", 1)
    _push_row(state, start_line, "th", alignments)
    state.push("thead_close", "thead", -1)
    if end > start_line + 2:
        state.push("tbody_open", "tbody", 1)
        for line in range(start_line + 2, end):
            _push_row(state, line, "td", alignments)
        state.push("tbody_close", "tbody", -1)
    state.push("table_close", "table", -1)


def _push_row(state: StateBlock, line: int, tag: str, alignments: list[str]) -> None:
    """Push a row of as many cells as there are columns: missing ones are empty, further ones go."""
    cells = cells_of(_line(state, line))
    state.push("tr_open", "tr", 1)
    for place, alignment in enumerate(alignments):
        state.push("cell_open", tag, 1).meta["alignment"] = alignment
        inline = state.push("inline", "", 0)
        inline.content = cells[place] if place < len(cells) else ""
        inline.map = [line, line + 1]
        inline.children = []
        state.push("cell_close", tag, -1)
    state.push("tr_close", "tr", -1)
