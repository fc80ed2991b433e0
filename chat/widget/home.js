/** The first screen: who answers and when, a search, what was said before, the way to an order. */
import { article } from "./article.js";
import { conversation } from "./conversation.js";
import { button, choice, day, duration, h, icon, moment, say } from "./dom.js";
import { orders } from "./orders.js";

export function home(panel) {
  const { chat, launcher, setup } = panel;
  const when = h("p");
  const people = setup.people.map((letters) => h("i", {}, letters));
  const talks = h("div", { class: "list" });
  const own = h("div", { class: "list" });
  const search = finder(panel);
  const begin = button(say("new"), () => panel.show(conversation), { class: "main" });
  return {
    title: launcher.greeting || say("greeting"),
    first: begin,
    nodes: [h("div", { class: "hello" }, people.length > 0 && h("div", { class: "people", "aria-hidden": "true" }, people), when), search, talks, begin, own],
    update() {
      const { open, reply_by, reply_minutes } = chat.settings;
      when.textContent = open === undefined ? "" : open ? (reply_minutes ? say("open_now", { time: duration(reply_minutes) }) : "") : reply_by ? say("away", { time: moment(new Date(reply_by)) }) : say("away_open_end");
      search.hidden = !chat.settings.help;
      const known = [...chat.talks.values()].sort((one, other) => other.changed_at.localeCompare(one.changed_at)).slice(0, 5);
      talks.replaceChildren(
        ...(known.length ? [h("h3", {}, say("conversations"))] : []),
        ...known.map((talk) => {
          const state = talk.state === "resolved" ? `${say("ended")} · ` : "";
          const name = talk.subject || talk.events.findLast((one) => one.text)?.text || talk.agent?.name || setup.name;
          return choice("chat", name, () => panel.show(conversation, talk), state + day(new Date(talk.changed_at)), talk.unread > 0 && h("span", { class: "count" }, `${talk.unread}`));
        }),
      );
      own.replaceChildren(choice("box", say(chat.shopper.proven ? "my_orders" : "find_order"), () => panel.show(orders)));
    },
  };
}

/** The search of the help centre: what fits while one types, all that fits on Enter. */
function finder(panel) {
  const found = h("div", { class: "list" });
  const said = h("p", { class: "meta", role: "status" });
  const field = h("input", { type: "search", placeholder: say("search"), "aria-label": say("search"), maxlength: 300, autocomplete: "off" });
  let waiting;
  let asked = 0;
  const look = async (how) => {
    const turn = ++asked;
    const question = field.value.trim();
    const { address } = panel.chat.settings.help;
    const answer = question ? await panel.chat.service.help(`${address}/${how}?q=${encodeURIComponent(question)}&locale=${panel.launcher.locale}`).catch(() => ({})) : {};
    if (turn !== asked) return;
    const hits = answer.suggestions ?? answer.hits ?? [];
    said.textContent = hits.length ? say("results", { count: hits.length }) : how === "search" && question ? say("no_results") : "";
    found.replaceChildren(...hits.map((hit) => choice("page", hit.title ?? hit.text, () => panel.show(article, hit.address), hit.passage)));
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 200, "suggest");
  });
  const submit = (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    look("search");
  };
  return h("form", { role: "search", class: "search", onsubmit: submit, hidden: true }, h("label", {}, icon("search"), field), said, found);
}
