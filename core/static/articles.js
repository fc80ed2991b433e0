/* Writing articles: ticks of the list, marks of Markdown, and what was written but not saved. Pages work without it. */
"use strict";

for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;

/* -- the list ---------------------------------------------------------------------------------------------------- */

const ticks = [...document.querySelectorAll(".tick input")];
const tickAll = document.querySelector("[data-tick-all]");
const ticked = document.querySelector("[data-ticked]");

function countTicks() {
  const count = ticks.filter((tick) => tick.checked).length;
  ticked.textContent = count ? ticked.dataset.words.replace("…", count) : "";
  tickAll.checked = count === ticks.length;
  tickAll.indeterminate = count > 0 && count < ticks.length;
}

if (ticked) {
  tickAll.addEventListener("change", () => {
    for (const tick of ticks) tick.checked = tickAll.checked;
    countTicks();
  });
  for (const tick of ticks) tick.addEventListener("change", countTicks);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
    const link = event.target.closest(".row-link");
    link?.closest("[data-row]").querySelector(".tick input").click();
  });
  addEventListener("pageshow", countTicks); // Browsers bring ticks back with the page.
}

/* -- marks of Markdown ------------------------------------------------------------------------------------------- */

const text = document.querySelector(".writing");

/* Written the way a person types it, so that the browser's own undo takes it back. */
function write(from, to, words, selectFrom, selectTo) {
  text.focus();
  text.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, words)) {
    text.setRangeText(words, from, to, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  text.setSelectionRange(from + selectFrom, from + selectTo);
}

function around(before, after, sample) {
  const { selectionStart: from, selectionEnd: to, value } = text;
  const words = value.slice(from, to) || sample;
  write(from, to, before + words + after, before.length, before.length + words.length);
}

/* Begin each marked line with that mark, or take it off when all have it. */
function lines(mark, sample) {
  const { selectionStart, selectionEnd, value } = text;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const end = value.indexOf("\n", selectionEnd);
  const to = end < 0 ? value.length : end;
  const chosen = (value.slice(from, to) || sample).split("\n");
  const marked = chosen.every((line) => line.startsWith(mark));
  const words = chosen.map((line) => (marked ? line.slice(mark.length) : mark + line)).join("\n");
  write(from, to, words, marked ? 0 : mark.length, words.length);
}

/* A block stands alone: an empty line before and after it. */
function block(words, selectFrom, selectTo) {
  const { selectionEnd: at, value } = text;
  const before = at === 0 || value.slice(0, at).endsWith("\n\n") ? "" : value[at - 1] === "\n" ? "\n" : "\n\n";
  write(at, at, `${before}${words}\n`, before.length + selectFrom, before.length + selectTo);
}

const marks = {
  bold: () => around("**", "**", text.dataset.bold),
  heading: () => lines("## ", text.dataset.heading),
  bullets: () => lines("- ", text.dataset.bullets),
  link: () => around("[", "](https://)", text.dataset.link),
  picture: () => around("![", "](/help/images/)", text.dataset.picture),
  table: () => {
    const word = text.dataset.table;
    block(`| ${word} 1 | ${word} 2 |\n| --- | --- |\n|  |  |`, 2, 2 + word.length + 2);
  },
};

if (text) {
  for (const button of document.querySelectorAll("[data-mark]")) {
    button.addEventListener("click", () => marks[button.dataset.mark]());
  }
  document.querySelector("[data-variable]").addEventListener("change", (event) => {
    const { selectionStart: from, selectionEnd: to } = text;
    const words = `{{ ${event.target.value} }}`;
    event.target.value = "";
    write(from, to, words, words.length, words.length);
  });
  text.addEventListener("keydown", (event) => {
    const mark = { b: "bold", k: "link" }[event.key];
    if (!mark || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    marks[mark]();
  });
}

/* -- what was written and not saved ------------------------------------------------------------------------------ */

const form = document.querySelector("[data-writing]");
const OWN = new Set(["csrf", "opened_version", "then", "over", "related_words", "product_words"]);
const NEW = "/articles/new";

const kept = (path) => `aftercart:${path}`;

const filled = () => JSON.stringify([...new FormData(form)].filter(([name]) => !OWN.has(name)));

/* Fields are filled by name and place; ticks of things found meanwhile are beyond what can be put back. */
function putBack(entries) {
  const values = Map.groupBy ? Map.groupBy(entries, ([name]) => name) : new Map();
  if (!values.size) for (const entry of entries) values.set(entry[0], [...(values.get(entry[0]) ?? []), entry]);
  for (const field of form.elements) {
    if (!field.name || OWN.has(field.name) || field.type === "hidden") continue;
    const given = (values.get(field.name) ?? []).map(([, value]) => value);
    if (field.type === "checkbox") field.checked = given.includes(field.value);
    else if (given.length) field.value = given[0];
  }
  document.body.dispatchEvent(new Event("written"));
}

function watch() {
  const here = kept(location.pathname);
  const saved = filled();
  let leaving = false;
  let waiting = 0;
  const unsaved = document.querySelector("[data-unsaved]");
  const notice = document.querySelector("[data-kept]");
  const refused = document.querySelector("[aria-invalid], [role=alert]") !== null;

  const keep = () => {
    const now = filled();
    if (now === saved && !refused) sessionStorage.removeItem(here);
    else sessionStorage.setItem(here, now);
  };
  const changed = () => {
    notice.hidden = true;
    unsaved.hidden = filled() === saved && !refused;
    clearTimeout(waiting);
    waiting = setTimeout(keep, 300);
  };

  if (form.dataset.said) {
    sessionStorage.removeItem(here);
    sessionStorage.removeItem(kept(NEW));
  }
  const before = sessionStorage.getItem(here);
  notice.hidden = !before || before === saved || refused;
  unsaved.hidden = !refused;
  document.querySelector("[data-kept-take]").addEventListener("click", () => {
    putBack(JSON.parse(before));
    changed();
    text.focus();
  });
  document.querySelector("[data-kept-forget]").addEventListener("click", () => {
    sessionStorage.removeItem(here);
    notice.hidden = true;
    text.focus();
  });

  form.addEventListener("input", (event) => event.target.matches("[data-aside]") || changed());
  form.addEventListener("change", (event) => event.target.matches("[data-aside]") || changed());
  form.addEventListener("submit", () => {
    keep();
    leaving = true;
  });
  addEventListener("beforeunload", (event) => {
    if (leaving || (filled() === saved && !refused)) return;
    keep();
    event.preventDefault();
  });
  addEventListener("pageshow", () => (leaving = false));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-save]"));
  });
}

if (form) watch();
