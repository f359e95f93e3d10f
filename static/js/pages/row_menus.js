/** Menus of table rows: one open at a time, closed by Esc and by a press elsewhere. */

export function startRowMenus() {
  const menus = /** @type {HTMLDetailsElement[]} */ ([...document.querySelectorAll("details.row-menu")]);
  document.addEventListener("click", event => {
    for (const menu of menus) {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", event => {
    const open = menus.find(menu => menu.open);
    if (event.key !== "Escape" || !open) return;
    open.open = false;
    open.querySelector("summary")?.focus();
  });
}
