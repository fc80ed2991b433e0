/** How what happened in a conversation is shown, one element each. */
import { article } from "./article.js";
import { button, clean, h, link, linked, picture, safe, say, time } from "./dom.js";
import { away } from "./home.js";
import { card, orders } from "./orders.js";

/** `acts` is what a turn of the bot may ask for: `say` a text, a `person`, to `leave` an address. */
export function bubble(panel, { kind, author, name, text, html, data, created_at }, acts) {
  if (kind !== "message") return h("p", { class: "event" }, happened(kind, data));
  const { address } = panel.chat.service;
  const bot = author === "bot";
  const mine = author === "shopper";
  const { article: source, choices = [], links = [], attachments = [], buttons = [] } = data;
  return h(
    "div",
    { class: mine ? "row mine" : "row" },
    h("span", { class: mine ? "unseen" : "meta" }, mine ? say("you") : bot ? [say("assistant"), " ", h("i", {}, say("automatic"))] : name || panel.setup.name),
    text && h("div", { class: "bubble" }, html ? clean(html, address) : h("p", {}, linked(text))),
    attachments.map((one) => h("p", { class: "card" }, link(one.address, one.width ? picture(safe(one.address, address), one.name) : `${one.name} · ${Math.ceil(one.size / 1024)} KB`, address))),
    data.order && card(panel, data.order, true),
    links.map((one) => h("p", {}, link(one.address, one.title))),
    source && panel.chat.settings.help && button(say("source", source.title), () => panel.show(article, source.address), { class: "quiet" }),
    bot &&
      h(
        "div",
        { class: "quick" },
        choices.map((one) => button(one.title, () => acts.say(one.question))),
        buttons.includes("look_up") && button(say("find_order"), () => panel.show(orders)),
        buttons.includes("email") && button(say("leave"), acts.leave),
        /person|message/.test(buttons) && button(say("person"), acts.person),
      ),
    h("span", { class: "meta" }, time(created_at)),
  );
}

function happened(kind, data) {
  if (kind === "rating") return say("rated", data.score);
  if (kind === "handed_over") return data.hours === "closed" ? away(data) : say("handed_over");
  return say("resolved");
}
