/**
 * What a page of the shop loads: a button in a corner. `setup` (the shop and its look) is put in front by the service.
 * Nothing is asked for or stored before the first click, except that a returning visitor asks for the unread count.
 * Every byte here is loaded by every visitor: whatever can wait for the first click stands in panel.js.
 */
const service = new URL("./", import.meta.url).href;
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host {
  all: initial !important; position: fixed !important; right: 0 !important; bottom: 0 !important;
  z-index: var(--aftercart-layer, 9000) !important; color-scheme: light dark !important;
}
:host([scheme=light]) { color-scheme: light !important; }
:host([scheme=dark]) { color-scheme: dark !important; }
:host([hidden]) { display: none !important; }
.launcher {
  all: unset; box-sizing: border-box; position: fixed; bottom: calc(20px + var(--lift, 0px) + env(safe-area-inset-bottom)); right: 20px;
  display: flex; align-items: center; gap: 8px; height: 56px; padding: 0 15px; border-radius: 28px;
  background: var(--fill); color: var(--on-fill); cursor: pointer; font: 600 15px system-ui, sans-serif;
  box-shadow: 0 4px 20px #1b1f2440;
}
.left .launcher { right: auto; left: 20px; }
.launcher:focus-visible { outline: 2px solid var(--fill); outline-offset: 3px; }
.launcher svg { width: 26px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.badge {
  position: absolute; top: -4px; right: -4px; padding: 2px 7px; border-radius: 11px;
  background: #b42318; color: #fff; font-size: 13px; box-shadow: 0 0 0 2px #fff;
}
.badge:empty { display: none; }
@media (max-width: 480px) {
  .launcher { padding: 0 13px; height: 52px; }
  .launcher b { display: none; }
}
@media print { :host { display: none !important; } }
`);

class AftercartChat extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.locale = spoken(this.getAttribute("locale"), document.documentElement.lang, ...navigator.languages);
    this.words = setup.words[this.locale];
    this.frame = make("div", { class: this.getAttribute("corner") || setup.corner, lang: this.locale });
    this.button = make("button", { class: "launcher", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false" });
    this.badge = make("span", { class: "badge", "aria-hidden": "true" });
    this.icon = make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
    this.icon.append(make("path", { d: "M4 18.5V7a3 3 0 0 1 3-3h10a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3H8.5L4 20.5ZM8.5 9h7M8.5 12.5h4.5" }));
    this.button.append(this.icon, this.badge);
    this.greeting = this.getAttribute("greeting") || setup.greeting[this.locale];
    const text = this.getAttribute("launcher") || setup.launcher[this.locale];
    if (text) this.icon.after(Object.assign(make("b"), { textContent: text }));
    this.colours();
    this.frame.append(this.button);
    root.append(this.frame);
    this.count(0);
    for (const hint of ["pointerenter", "focus"]) this.button.addEventListener(hint, () => this.load().catch(() => 0), { once: true });
    this.button.addEventListener("click", () => this.toggle());
    (window.requestIdleCallback || setTimeout)(() => {
      this.unread();
      this.stayClear();
    });
  }

  /** The shop's colour; one that the page gives takes black or white, whichever can be read on it. */
  colours() {
    let [fill, ink] = setup.colour;
    const given = this.getAttribute("colour") || this.getAttribute("color");
    if (/^#[0-9a-f]{6}$/i.test(given)) {
      const [red, green, blue] = [1, 3, 5].map((at) => (parseInt(given.slice(at, at + 2), 16) / 255) ** 2.2);
      [fill, ink] = [given, 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#000" : "#fff"];
    }
    this.frame.style.setProperty("--fill", fill);
    this.frame.style.setProperty("--on-fill", ink);
  }

  /** The panel's files, asked for once; what stands at their addresses never changes. */
  load() {
    const base = `${service}widget/${setup.edition}/`;
    this.loading ??= Promise.all([import(`${base}panel.js`), import(`${base}texts.${this.locale}.js`)]);
    this.loading.catch(() => (this.loading = null));
    return this.loading;
  }

  /** Open or close the chat; without a wish whichever it is not. */
  async toggle(open) {
    try {
      const [panel, texts] = await this.load();
      this.panel ??= panel.make(this, setup, service, texts.default);
      this.panel.toggle(open);
    } catch {
      this.name(this.words.failed);
    }
  }

  open() {
    return this.toggle(true);
  }

  close() {
    return this.toggle(false);
  }

  /** Say how many messages wait. */
  count(unread) {
    this.badge.textContent = unread ? Math.min(unread, 99) : "";
    this.name(this.words.open + (unread ? `, ${this.words.unread.replace("{count}", unread)}` : ""));
  }

  name(label) {
    this.button.setAttribute("aria-label", (this.button.title = label));
  }

  async unread() {
    try {
      const token = localStorage[`aftercart:${setup.shop}`];
      if (!token) return;
      const answer = await fetch(`${service}api/chat/${setup.shop}/unread`, { headers: { Authorization: `Bearer ${token}` } });
      if (answer.ok && !this.panel) this.count((await answer.json()).unread);
    } catch {
      // Whoever keeps no storage, or is offline, sees no count.
    }
  }

  /** Stand above what the page itself keeps at its bottom edge: a bar to buy, a banner about cookies. */
  stayClear() {
    let waiting;
    const look = () => {
      const box = this.button.getBoundingClientRect();
      let lift = 0;
      for (let found of document.elementsFromPoint(box.x + box.width / 2, innerHeight - 8)) {
        for (; found && found !== this; found = found.parentElement) {
          const { top, height } = found.getBoundingClientRect();
          if (height < innerHeight / 2 && /fixed|sticky/.test(getComputedStyle(found).position)) lift = Math.max(lift, innerHeight - top);
        }
      }
      this.frame.style.setProperty("--lift", `${lift}px`);
    };
    const soon = () => {
      clearTimeout(waiting);
      waiting = setTimeout(look, 300);
    };
    addEventListener("scroll", soon, true);
    setInterval(soon, 1e3); // A banner comes and goes by itself.
    soon();
  }
}

/** The first of those tags whose language we speak. */
function spoken(...tags) {
  const languages = tags.map((tag) => (tag || "").slice(0, 2).toLowerCase());
  return languages.find((language) => Object.hasOwn(setup.words, language)) || setup.language;
}

function make(tag, attributes) {
  const made = /svg|path/.test(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  return made;
}

if (!customElements.get("aftercart-chat")) {
  customElements.define("aftercart-chat", AftercartChat);
  const add = () => document.querySelector("aftercart-chat") || document.body.append(make("aftercart-chat"));
  if (document.body) add();
  else addEventListener("DOMContentLoaded", add);
}
