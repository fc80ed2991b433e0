/* Keyboard, menus and failing fragments of the console. The pages work without it, only slower. */
"use strict";

const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

/* A Korean keyboard writes "ㅓ" where the key is j. */
const keyOf = (event) =>
  /^[ㄱ-ㅣ]$|^Process$/.test(event.key) && /^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : event.key;

const rowLink = (row) => row.querySelector(".row-link, a, button");

function step(direction) {
  const links = [...document.querySelectorAll("[data-row]")].map(rowLink).filter(Boolean);
  const row = document.activeElement.closest("[data-row]");
  const here = row ? links.indexOf(rowLink(row)) : -1;
  const next = links[here < 0 ? (direction > 0 ? 0 : links.length - 1) : here + direction];
  if (next) {
    next.focus({ focusVisible: true });
    next.scrollIntoView({ block: "nearest" });
  }
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  "/": () => document.querySelector("[data-search]")?.select(),
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(document.body);
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const key = keyOf(event);
  if (document.querySelector("dialog[open]") || !(key in keys)) return;
  event.preventDefault();
  keys[key]();
});

function closeMenus(outsideOf) {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (menu.contains(outsideOf)) continue;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}

document.addEventListener("click", async (event) => {
  closeMenus(event.target);
  const opener = event.target.closest("[data-open]");
  if (opener) {
    closeMenus(document.body);
    document.getElementById(opener.dataset.open).showModal();
  }
  const copier = event.target.closest("[data-copy]");
  if (copier) await copy(copier, document.getElementById(copier.dataset.copy));
});

async function copy(button, source) {
  getSelection().selectAllChildren(source);
  if (!navigator.clipboard) return; // Browsers offer it on https and on this machine only; the text stays selected.
  await navigator.clipboard.writeText(source.textContent.trim());
  const picture = button.querySelector("use");
  picture.setAttribute("href", picture.getAttribute("href").replace(/#.*/, "#check"));
}

/* A filter that is a select or a tick sends its form by itself. */
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-send]")) event.target.form.requestSubmit();
});

for (const failing of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failing, (event) => {
    event.target.replaceChildren(document.getElementById("panel-problem").content.cloneNode(true));
  });
}

document.addEventListener("htmx:afterRequest", (event) => event.target.removeAttribute("aria-busy"));
