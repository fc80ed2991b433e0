/* Suggestions while somebody types, and a key for the vote. The help centre works without it. */
"use strict";

const WAIT = 120; // Milliseconds after a letter; faster typists ask once a word.

for (const field of document.querySelectorAll("[data-key]")) {
  field.value = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

for (const input of document.querySelectorAll("[data-suggest]")) {
  const list = Object.assign(document.createElement("ul"), { id: `${input.id}-suggestions`, className: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.label);
  input.after(list);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

  let timer, request, chosen = -1;

  const close = () => {
    request?.abort();
    clearTimeout(timer);
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const choose = (place) => {
    chosen = place;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[place].id);
  };

  const item = (found, place) => {
    const line = document.createElement("li");
    const words = document.createElement("p");
    line.id = `${list.id}-${place}`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    line.lang = found.locale;
    line.dataset.address = found.address;
    const letters = [...found.text]; // Places are counted in letters, as everywhere but here.
    const part = (start, end) => letters.slice(start, end).join("");
    let from = 0;
    for (const [start, end] of found.marked) {
      const mark = document.createElement("mark");
      mark.textContent = part(start, end);
      words.append(part(from, start), mark);
      from = end;
    }
    words.append(part(from));
    line.append(words);
    return line;
  };

  const ask = async () => {
    request?.abort();
    request = new AbortController();
    const address = `${input.dataset.suggest}?${new URLSearchParams({ q: input.value, locale: input.dataset.locale })}`;
    try {
      const answer = await fetch(address, { signal: request.signal });
      const found = answer.ok ? (await answer.json()).suggestions : [];
      list.replaceChildren(...found.map(item));
      choose(-1);
      list.hidden = found.length === 0;
      input.setAttribute("aria-expanded", String(found.length > 0));
    } catch (problem) {
      if (problem.name !== "AbortError") close(); // Without suggestions the form still searches.
    }
  };

  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (input.value.trim()) timer = setTimeout(ask, WAIT);
    else close();
  });

  input.addEventListener("keydown", (event) => {
    const many = list.children.length;
    if (event.isComposing) return; // Enter ends a Korean syllable, and does not search yet.
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      choose(((chosen + (event.key === "ArrowDown" ? 1 : -1) + 1 + many + 1) % (many + 1)) - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.address);
    }
  });

  list.addEventListener("pointerdown", (event) => event.preventDefault()); // The field keeps the focus.
  list.addEventListener("click", (event) => {
    const line = event.target.closest("li");
    if (line) location.assign(line.dataset.address);
  });
  input.addEventListener("blur", close);
}
