/** What can stand in the pane, by the name in the address. */

/**
 * @typedef {(id: number | null) => unknown} PaneView the whole pane: a `paneHead`, a body, maybe a foot; null closes it
 */

/** @type {Record<string, PaneView>} */
export const panes = {};
