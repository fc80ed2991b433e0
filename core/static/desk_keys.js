/* The inbox without a mouse. j, k, / and ? are the console's own. */
const GO = {
  w: "/conversations",
  m: "/conversations?view=mine",
  u: "/conversations?view=unassigned",
  o: "/conversations?view=open",
  t: "/",
};
let going = 0;

const pressed = (selector) => document.querySelector(selector)?.click();

function openMenu(name) {
  const menu = document.querySelector(`[data-menu-name="${name}"]`);
  if (!menu) return;
  menu.open = true;
  menu.querySelector("input:not([type=hidden]), select, button")?.focus();
}

const KEYS = {
  o: () => document.activeElement.closest("[data-row]")?.querySelector(".row-link").click(),
  r: () => desk.write?.(false),
  n: () => desk.write?.(true),
  a: () => pressed("[data-key=a]"),
  e: () => pressed("[data-key=e]"),
  s: () => openMenu("snooze"),
  l: () => openMenu("labels"),
  c: () => desk.side(!desk.root.classList.contains("desk-beside")),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  const key = keyOf(event);
  if (Date.now() - going < 1500 && GO[key]) {
    event.preventDefault();
    going = 0;
    location.assign(GO[key]);
  } else if (key === "g") {
    going = Date.now();
  } else if (KEYS[key]) {
    event.preventDefault();
    KEYS[key]();
  }
});
