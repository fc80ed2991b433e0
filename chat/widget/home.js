/** The first screen: who answers and when, a search, what was said before, the way to an order. */
import { article } from "./article.js";
import { conversation } from "./conversation.js";
import { button, choice, day, duration, h, icon, moment, say } from "./dom.js";
import { orders } from "./orders.js";

export function home(panel) {
  const { chat, launcher, setup } = panel;
  const when = h("p");
  const talks = h("div", { class: "list" });
  const order = h("div");
  const search = finder(panel);
  // What the shop asks before a conversation is known once the chat is open.
  const begin = button(say("new"), () => panel.opening.then(() => panel.show(conversation)), { class: "main" });
  const people = h("div", { class: "people", "aria-hidden": "true" }, setup.people.map((letters) => h("i", {}, letters)));
  return {
    title: launcher.greeting || say("greeting"),
    first: begin,
    nodes: [h("div", { class: "hello" }, people, when), search, begin, talks, order],
    update() {
      const { open, reply_minutes, help } = chat.settings;
      when.textContent = open ? reply_minutes && say("open_now", duration(reply_minutes)) : open === false ? away(chat.settings) : "";
      search.hidden = !help;
      talks.replaceChildren(
        ...[...chat.talks.values()].sort((one, other) => (one.changed_at < other.changed_at ? 1 : -1)).slice(0, 5).map((talk) => {
          const name = talk.subject || talk.events.findLast(({ text }) => text)?.text || talk.agent?.name || setup.name;
          const below = (talk.state === "resolved" ? `${say("ended")} · ` : "") + day(talk.changed_at);
          return choice("", name, () => panel.show(conversation, talk), below, talk.unread > 0 && h("small", { class: "count" }, talk.unread));
        }),
      );
      order.replaceChildren(choice("box", say(chat.shopper.proven ? "my_orders" : "find_order"), () => panel.show(orders)));
    },
  };
}

/** Out of hours: when somebody answers, as far as the shop can say. */
export const away = ({ reply_by }) => (reply_by ? say("away", moment(reply_by)) : say("away_open_end"));

/** The search of the help centre: what fits while one types, all that fits on Enter. */
function finder(panel) {
  const found = h("div", { class: "list" });
  const said = h("p", { class: "meta", role: "status" });
  const field = h("input", { type: "search", placeholder: say("search"), "aria-label": say("search"), maxlength: 300, oninput: () => soon("suggest", 200) });
  let waiting;
  const soon = (how, wait) => {
    clearTimeout(waiting);
    const turn = (waiting = setTimeout(async () => {
      const asked = `${panel.chat.settings.help.address}/${how}?locale=${panel.launcher.locale}&q=${encodeURIComponent(field.value)}`;
      const { suggestions, hits = suggestions ?? [] } = field.value.trim() ? await panel.chat.service.help(asked).catch(() => ({})) : {};
      if (turn !== waiting) return;
      said.textContent = hits[0] ? say("results", hits.length) : how === "search" ? say("no_results") : "";
      found.replaceChildren(...hits.map((hit) => choice("", hit.title ?? hit.text, () => panel.show(article, hit.address), hit.passage)));
    }, wait));
  };
  const submit = (event) => {
    event.preventDefault();
    soon("search", 0);
  };
  return h("form", { role: "search", class: "list", onsubmit: submit }, h("label", {}, icon("search"), field), said, found);
}
