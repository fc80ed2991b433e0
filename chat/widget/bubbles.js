/** How what happened in a conversation is shown, one element each. */
import { article } from "./article.js";
import { button, clean, h, linked, moment, picture, safe, link, say, time } from "./dom.js";
import { card, orders } from "./orders.js";

/** `acts` is what a turn of the bot may ask for: say(text), person(). */
export function bubble(panel, event, acts) {
  if (event.kind !== "message") return h("p", { class: "event" }, happened(event));
  const { data = {}, author } = event;
  const mine = author === "shopper";
  const bot = author === "bot";
  const text = bot && event.html ? clean(event.html, panel.chat.service.address) : event.text ? [h("p", {}, linked(event.text))] : [];
  const who = bot ? [say("assistant"), " ", h("i", {}, say("automatic"))] : mine ? [] : [event.name || say("team")];
  const near = (name) => (data.buttons ?? []).includes(name);
  return h(
    "div",
    { class: mine ? "row mine" : "row" },
    h("span", { class: mine ? "unseen" : "who" }, mine ? say("you") : who),
    text.length > 0 && h("div", { class: "bubble" }, text),
    (data.attachments ?? []).map((one) => attachment(panel, one)),
    data.order && card(null, data.order),
    (data.links ?? []).map((one) => safe(one.address) && h("p", { class: "meta" }, link(safe(one.address), one.title))),
    data.article && panel.chat.settings.help && button(say("source", { title: data.article.title }), () => panel.show(article, data.article.address), { class: "source" }),
    bot && h(
      "div",
      { class: "quick" },
      (data.choices ?? []).map((one) => button(one.title, () => acts.say(one.question))),
      near("look_up") && button(say("find_order"), () => panel.show(orders)),
      near("email") && button(say("leave"), acts.leave),
      (near("person") || near("message")) && button(say("person"), acts.person),
    ),
    h("span", { class: "meta" }, time(new Date(event.created_at))),
  );
}

function happened({ kind, data, author }) {
  if (kind === "handed_over") return data.hours !== "closed" ? say("handed_over") : data.reply_by ? say("away", { time: moment(new Date(data.reply_by)) }) : say("away_open_end");
  if (kind === "rating") return say("rated", { score: data.score });
  return data.to === "resolved" ? say("resolved") : say("reopened");
}

function attachment(panel, { name, type, size, width, address }) {
  const href = safe(address, panel.chat.service.address);
  if (!href) return h("p", { class: "file" }, name);
  const shown = type.startsWith("image/") && width > 0;
  return h("p", { class: shown ? "file image" : "file" }, link(href, shown ? picture(href, name) : `${name} · ${Math.ceil(size / 1024)} KB`));
}
