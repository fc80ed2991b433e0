/** Small things that every screen needs: elements, words, moments. No markup is ever made from a text. */
export let locale;
let words;

export function speak(language, texts) {
  locale = language;
  words = texts;
}

/** The text of that name, with a value put in. */
export const say = (name, value) => words[name].replace(/{\w+}/, () => value);

/** An element. Functions become listeners ("onclick"), true an empty attribute; null and false are left out. */
export function h(tag, given, ...inside) {
  const made = /^(svg|path)$/.test(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const name in given) {
    const value = given[name];
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value || value === 0 || value === "") made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside.flat(3).filter(Boolean));
  return made;
}

const PATHS = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-7-6 16-3-7Z",
  clip: "M19 11l-8 8a4 4 0 0 1-6-6l9-9a3 3 0 0 1 4 4l-9 9",
  search: "M17 17l4 4M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14",
  box: "M4 8l8-4 8 4v8l-8 4-8-4ZM4 8l8 4 8-4M12 12v8",
};

export const icon = (name) => h("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, h("path", { d: PATHS[name] }));
export const button = (label, onclick, given) => h("button", { type: "button", onclick, ...given }, label);
export const iconButton = (name, label, onclick, given) => button(icon(name), onclick, { class: "icon", "aria-label": label, title: label, ...given });

/** A line to choose: icon, text, what stands below it, what stands at its end. */
export const choice = (name, text, onclick, below, end) => button([name && icon(name), h("span", {}, h("b", {}, text), h("small", {}, below)), end], onclick, { class: "choice" });

const written = (at, style) => new Intl.DateTimeFormat(locale, style).format(new Date(at));
const midnight = (at) => new Date(at).setHours(0, 0, 0, 0);
export const time = (at) => written(at, { timeStyle: "short" });
export const moment = (at) => written(at, { dateStyle: "long", timeStyle: "short" });

/** "today", "yesterday" or the date. */
export function day(at) {
  const days = Math.round((midnight(at) - midnight(Date.now())) / 864e5);
  return days < -1 ? written(at, { dateStyle: "long" }) : new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
}

export const duration = (minutes) => new Intl.NumberFormat(locale, { style: "unit", unit: minutes < 90 ? "minute" : "hour", unitDisplay: "long" }).format(minutes < 90 ? minutes : Math.ceil(minutes / 60));

/** An address that may be opened, else nothing: none that runs. */
export function safe(address, base) {
  try {
    const found = new URL(address, base);
    return /^(https?|mailto|tel):$/.test(found.protocol) && found.href;
  } catch {
    return null;
  }
}

/** A link, or its text alone where the address is none that may be opened. */
export const link = (address, text, base) => (safe(address, base) ? h("a", { href: safe(address, base), target: "_blank", rel: "noreferrer" }, text) : text);

/** A text with its addresses as links. */
export const linked = (text) => text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}'])/).map((part, at) => (at % 2 ? link(part, part) : part));

/** A picture; where the page's policy forbids it, its description. */
export const picture = (src, alt) => h("img", { alt, src, onerror: ({ target }) => target.replaceWith(alt) });

/** HTML of the service as elements. It was cleaned there; what could run or be sent is not taken from it in any case. */
export function clean(html, base) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const one of body.querySelectorAll("script,style,iframe,object,embed,template")) one.remove();
  for (const one of body.querySelectorAll("*")) {
    const address = one.getAttribute("href") ?? one.getAttribute("src");
    for (const name of one.getAttributeNames()) if (name !== "alt") one.removeAttribute(name);
    if (address) one.replaceWith(one.localName === "img" ? picture(safe(address, base), one.alt) : link(address, one.textContent, base));
  }
  return [...body.childNodes];
}
