/** Small things that every screen needs: elements, icons, words, moments. No markup is ever made from a text. */
export let locale = "en";
let words = {};

export function speak(language, texts) {
  locale = language;
  words = texts;
}

/** The text of that name, with its values put in. */
export const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

/** An element. Functions become listeners ("onclick"), true an empty attribute; null and false are left out. */
export function h(tag, given, ...inside) {
  const made = document.createElement(tag);
  for (const name in given) {
    const value = given[name];
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value != null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside.flat().filter((one) => one != null && one !== false && one !== ""));
  return made;
}

const PATHS = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  send: "M4 12l16-7-6 16-3-6.5L4 12Z",
  clip: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 5 5l-8.5 8.4a1.7 1.7 0 0 1-2.4-2.400L14.5 7.5",
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM16 16l4.5 4.5",
  chat: "M4 18.500V7a3 3 0 0 1 3-3h10a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3H8.500L4 20.500Z",
  box: "M4 8l8-4 8 4v8l-8 4-8-4ZM4 8l8 4 8-4M12 12v8",
  page: "M7 3h7l4 4v14H7ZM10 12h5M10 16h5",
  person: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM5 20a7 7 0 0 1 14 0",
};

export function icon(name) {
  const [svg, line] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", PATHS[name]);
  svg.append(line);
  return svg;
}

/** A button with a text, or with an icon and a name for those who do not see it. */
export const button = (label, onclick, given) => h("button", { type: "button", onclick, ...given }, label);
export const iconButton = (name, label, onclick, given) => button(icon(name), onclick, { class: "icon", "aria-label": label, title: label, ...given });
/** A line to choose: icon, text, what stands below it, what stands at its end. */
export const choice = (name, text, onclick, below, end) => button([icon(name), h("span", { class: "grow" }, h("b", {}, text), below && h("small", {}, below)), end], onclick, { class: "choice" });

const shown = (moment, style) => new Intl.DateTimeFormat(locale, style).format(moment);
export const time = (moment) => shown(moment, { hour: "numeric", minute: "2-digit" });

/** "Today", "Yesterday" or the date. */
export function day(moment) {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(moment).setHours(0, 0, 0, 0)) / 864e5);
  return days === 0 ? say("today") : days === 1 ? say("yesterday") : shown(moment, { month: "long", day: "numeric", weekday: "short" });
}

/** The day where it is not today, and the time: when somebody answers. */
export const moment = (at) => (day(at) === say("today") ? time(at) : shown(at, { weekday: "long", month: "long", day: "numeric", hour: "numeric", minute: "2-digit" }));
export const duration = (minutes) => {
  const [count, unit] = minutes < 90 ? [minutes, "minute"] : [Math.ceil(minutes / 60), "hour"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(count);
};

/** An address that may be opened, else null: nothing that runs. */
export function safe(address, base) {
  try {
    const found = new URL(address, base);
    return /^(https?|mailto|tel):$/.test(found.protocol) ? found.href : null;
  } catch {
    return null;
  }
}

export const link = (address, ...inside) => h("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, ...inside);

/** A text with its addresses as links. */
export const linked = (text) =>
  text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}'])/).map((part, at) => (at % 2 && safe(part) ? link(safe(part), part) : part));

// What HTML from the service may hold; it was cleaned there, and nothing is taken on trust here.
const ALLOWED = /^(p|br|b|strong|i|em|s|del|ul|ol|li|h[1-6]|blockquote|code|pre|hr|table|thead|tbody|tr|th|td|a|img)$/;

/** HTML as elements, built anew from what is allowed; texts that cannot be read that way stay texts. */
export function clean(html, base) {
  let body;
  try {
    const policy = window.trustedTypes?.createPolicy("aftercart", { createHTML: (text) => text });
    body = new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html").body;
  } catch {
    return [html.replace(/<[^>]*>/g, " ")];
  }
  return rebuilt(body, base);
}

const rebuilt = (from, base) =>
  [...from.childNodes].flatMap((node) => {
    if (node.nodeType === 3) return [node.data];
    if (node.nodeType !== 1 || /^(script|style|template|svg|math|iframe)$/i.test(node.tagName)) return [];
    const tag = node.tagName.toLowerCase();
    if (tag === "a" && safe(node.getAttribute("href"), base)) return [link(safe(node.getAttribute("href"), base), rebuilt(node, base))];
    if (tag === "img") return [picture(node.getAttribute("src"), node.getAttribute("alt"), base)];
    const inside = rebuilt(node, base);
    return ALLOWED.test(tag) && tag !== "a" ? [h(tag, {}, inside)] : inside;
  });

/** A picture; where the page's policy forbids it, its description. */
export function picture(address, description, base) {
  const made = h("img", { alt: description || "", src: safe(address, base), loading: "lazy", referrerpolicy: "no-referrer" });
  made.addEventListener("error", () => made.replaceWith(description || ""));
  return made;
}
