/* What is put into a reply: saved ones after “/”, colleagues' names after “@”, articles, invoice links, files. */
const LONGEST_LETTERS = 30;
const choices = { items: [], at: 0, from: 0, asked: 0, pending: false };

const box = () => document.querySelector("[data-choices]");

/* -- the box above the field --------------------------------------------------------------------------------------- */

function show(items, from) {
  choices.items = items;
  choices.from = from;
  choices.at = 0;
  const lines = items.map((item, index) => {
    const line = document.createElement("li");
    line.id = `choice-${index}`;
    line.setAttribute("role", "option");
    for (const [words, look] of [[item.title, ""], [item.about, "meta"]]) {
      const part = document.createElement("span");
      part.className = look;
      part.textContent = words;
      if (words) line.append(part);
    }
    return line;
  });
  box().replaceChildren(...lines);
  box().hidden = !items.length;
  mark();
}

function mark() {
  for (const [index, line] of [...box().children].entries()) line.setAttribute("aria-selected", String(index === choices.at));
  const current = box().children[choices.at];
  current?.scrollIntoView({ block: "nearest" });
  if (current && !box().hidden) composer.text().setAttribute("aria-activedescendant", current.id);
  else composer.text().removeAttribute("aria-activedescendant");
}

function take(index) {
  const item = choices.items[index];
  const from = choices.from;
  show([], 0);
  composer.put(item.words, from, composer.text().selectionEnd);
  if (item.saved) remember(item.saved);
  if (item.unfilled?.length) selectNext(item.unfilled[0]);
}

/* A variable without a value stands there to be written over; with it nothing is sent. */
function selectNext(name) {
  const text = composer.text();
  const found = /\{\{[^{}]*\}\}/.exec(text.value.slice(choices.from));
  if (found) text.setSelectionRange(choices.from + found.index, choices.from + found.index + found[0].length);
  desk.say(name);
}

function remember(id) {
  const used = document.createElement("input");
  Object.assign(used, { type: "hidden", name: "used", value: id });
  composer.form().append(used);
}

/* -- what was typed ------------------------------------------------------------------------------------------------ */

/* The letters after a “/” or “@” that begins a word, up to the cursor. */
function typed() {
  const text = composer.text();
  const before = text.value.slice(0, text.selectionEnd);
  const found = new RegExp(`(?:^|\\s)([/@])([^\\s/@]{0,${LONGEST_LETTERS}})$`, "u").exec(before);
  return found && { mark: found[1], letters: found[2], from: before.length - found[2].length - 1 };
}

async function offer() {
  const now = typed();
  const asked = ++choices.asked;
  if (now?.mark === "/" && !composer.isNote()) {
    choices.pending = true;
    const answer = await desk.ask(`${desk.talk().dataset.place}/replies?q=${encodeURIComponent(now.letters)}`);
    const { replies } = answer.ok ? await answer.json() : { replies: [] };
    if (asked !== choices.asked) return;
    choices.pending = false;
    show(replies.map(saved), now.from);
  } else if (now?.mark === "@" && composer.isNote()) show(colleagues(now.letters), now.from);
  else {
    choices.pending = false;
    show([], 0);
  }
}

const saved = (one) => ({ title: `/${one.shortcut} · ${one.title}`, about: one.text, words: one.text, saved: one.id, unfilled: one.unfilled });

function colleagues(letters) {
  const wanted = letters.toLowerCase();
  return JSON.parse(composer.form().dataset.colleagues)
    .filter((name) => name.toLowerCase().split(" ").some((word) => word.startsWith(wanted)))
    .slice(0, 8)
    .map((name) => ({ title: name, about: "", words: `@${name} ` }));
}

document.addEventListener("input", (event) => {
  if (event.target === composer.text()) offer().catch(() => show([], 0));
  if (event.target.matches("[data-find]")) {
    clearTimeout(event.target.waiting);
    event.target.waiting = setTimeout(() => find(event.target.dataset.find, event.target), 200);
  }
});

/* Before the composer's own keys: Enter takes a choice while there are any. */
document.addEventListener(
  "keydown",
  async (event) => {
    if (event.target !== composer.text() || event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" && !event.shiftKey && waitsForReplies()) {
      event.preventDefault();
      await offer();
      if (choices.items.length) take(0);
      return;
    }
    if (box().hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choices.at = (choices.at + step + choices.items.length) % choices.items.length;
    else if (event.key === "Enter" || event.key === "Tab") take(choices.at);
    else if (event.key === "Escape") show([], 0);
    else return;
    event.preventDefault();
    event.stopPropagation();
    mark();
  },
  true,
);

/* Typed faster than the service answers: Enter still means the first reply for those letters. */
const waitsForReplies = () => {
  const now = typed();
  return box().hidden && now?.mark === "/" && now.letters.length > 0 && !composer.isNote() && choices.pending;
};

document.addEventListener("mousedown", (event) => {
  const line = event.target.closest("[data-choices] > li");
  if (!line) return;
  event.preventDefault();
  take([...box().children].indexOf(line));
});

document.addEventListener("focusout", (event) => {
  if (event.target === composer.text()) show([], 0);
});

/* -- articles and invoices ----------------------------------------------------------------------------------------- */

async function find(address, field) {
  const place = field.closest(".menu").querySelector("[data-found]");
  place.replaceChildren(await desk.fragment(field.value ? `${address}?q=${encodeURIComponent(field.value)}` : address));
}

document.addEventListener(
  "toggle",
  (event) => {
    if (!event.target.open || !event.target.closest("[data-composer]")) return;
    const field = event.target.querySelector("[data-find]");
    const once = event.target.querySelector("[data-find-once]");
    if (field) {
      field.focus();
      find(field.dataset.find, field).catch(() => desk.warn());
    }
    if (once) desk.fragment(once.dataset.findOnce).then((shown) => once.querySelector("[data-found]").replaceChildren(shown), () => desk.warn());
  },
  true,
);

document.addEventListener("click", (event) => {
  const insert = event.target.closest("[data-insert]");
  if (insert) {
    insert.closest("details").open = false;
    composer.put(insert.dataset.insert);
  }
  if (event.target.closest("[data-saved]")) {
    const text = composer.text();
    const begins = /(^|\s)$/.test(text.value.slice(0, text.selectionEnd));
    composer.put(begins ? "/" : " /");
  }
  const away = event.target.closest("[data-file-away]");
  if (away) {
    composer.files = composer.files.filter((one) => one !== away.dataset.fileAway);
    away.closest("li").remove();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-find]")) {
    event.preventDefault();
    event.target.closest(".menu").querySelector("[data-insert]")?.click();
  }
});

/* -- files --------------------------------------------------------------------------------------------------------- */

composer.clearFiles = () => {
  composer.files = [];
  document.querySelector("[data-files]")?.replaceChildren();
  for (const used of document.querySelectorAll("[data-composer] [name=used]")) used.remove();
};

async function attach(file, address) {
  const form = new FormData();
  form.set("file", file);
  const answer = await desk.ask(address, form);
  if (!answer.ok) {
    desk.warn((await desk.problem(answer)).message);
    return;
  }
  const { attachment } = await answer.json();
  composer.files.push(attachment.id);
  const line = document.getElementById("file-line").content.cloneNode(true);
  line.querySelector(".clip").textContent = attachment.name;
  line.querySelector("button").dataset.fileAway = attachment.id;
  document.querySelector("[data-files]").append(line);
}

async function attachAll(files) {
  const address = document.querySelector("[data-attach]")?.dataset.to;
  for (const file of address ? files : []) await attach(file, address).catch(() => desk.warn());
}

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-attach]")) return;
  attachAll([...event.target.files]);
  event.target.value = "";
});
document.addEventListener("paste", (event) => {
  if (event.target === composer.text() && event.clipboardData.files.length) {
    event.preventDefault();
    attachAll([...event.clipboardData.files]);
  }
});
document.addEventListener("dragover", (event) => event.target.closest("[data-composer]") && event.preventDefault());
document.addEventListener("drop", (event) => {
  if (!event.target.closest("[data-composer]") || !event.dataTransfer.files.length) return;
  event.preventDefault();
  attachAll([...event.dataTransfer.files]);
});
