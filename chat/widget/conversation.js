/** A conversation: what was said, what is on its way, and what can be done with it. */
import { bubble } from "./bubbles.js";
import { composer } from "./composer.js";
import { button, day, h, iconButton, locale, say } from "./dom.js";
import { form } from "./forms.js";

/** `about` is a conversation, or what a new one is about. */
export function conversation(panel, about = {}) {
  const { chat } = panel;
  let talk = about.id ? about : null;
  let person = { order_number: about.order_number };
  const rows = new Map();
  const log = h("div", { class: "log", role: "log", "aria-label": say("log"), tabindex: 0 });
  const foot = h("div", { class: "foot" });
  const typing = h("p", { class: "meta typing", role: "status" });
  const older = button(say("older"), () => panel.try(() => chat.load(talk.id, talk.events[0].seq)), { class: "quiet" });
  const acts = {
    say: (text) => send(text, []),
    person: () => (chat.settings.open === false && !chat.shopper.email ? acts.leave() : panel.try(() => chat.act(talk, "person"))),
    leave: () => foot.replaceChildren(h("p", {}, say("leave_why")), form({ name: "optional", email: "required" }, say("leave"), async (given) => {
      await panel.try(() => chat.act(talk, "person", given));
      Object.assign(chat.shopper, given);
      write();
    }, { values: chat.shopper, consent: chat.settings.look.consent?.[locale] })),
  };
  const send = async (text, files) => {
    const id = await chat.send(talk?.id, text, files, talk ? {} : person);
    if (!talk && chat.talks.has(id)) talk = chat.current = panel.made[1] = chat.talks.get(id);
    panel.changed();
  };
  const writer = composer(panel, () => talk, send);
  const write = () => foot.replaceChildren(typing, writer.node);
  const area = h("div", { class: "talk", ondragover: (event) => event.preventDefault(), ondrop: writer.dropped }, older, log, foot);
  if (about.order_number && !writer.field.value) writer.field.value = `${say("about_order", { number: about.order_number })} `;

  const asked = Object.entries(chat.settings.look?.asks ?? {}).filter(([name, wish]) => wish !== "no" && !chat.shopper[name] && !person[name]);
  const consent = !chat.shopper.email && chat.settings.look?.consent?.[locale];
  if (!talk && (asked.length || consent)) {
    foot.replaceChildren(h("h3", {}, say("before")), form(Object.fromEntries(asked), say("start"), (given) => {
      person = { ...person, ...given };
      write();
      writer.field.focus();
    }, { consent }));
  } else write();
  let unreadFrom = 0;
  if (talk) {
    chat.current = talk;
    unreadFrom = talk.unread && -talk.unread;
    if (!talk.loaded) panel.try(() => chat.load(talk.id));
  }

  function update(frame, seen) {
    const events = talk?.events ?? [];
    const incoming = events.filter((one) => one.kind === "message" && one.author !== "shopper");
    // The line stands above what was not read when the conversation was opened.
    if (unreadFrom < 0 && incoming.length >= -unreadFrom && talk.loaded) unreadFrom = incoming.at(unreadFrom).seq;
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
    const wanted = [];
    let last = "";
    const put = (key, make) => {
      if (!rows.has(key)) rows.set(key, make());
      wanted.push(rows.get(key));
      return rows.get(key);
    };
    const pending = chat.pending.filter((one) => one.talk === talk?.id);
    for (const event of [...events, ...pending.map((one) => ({ ...one, kind: "message", author: "shopper", data: { attachments: one.files }, one }))]) {
      if (event.kind === "state" && event.data.to === "open" && event.data.from !== "resolved") continue;
      const date = day(new Date(event.created_at));
      if (date !== last) put(`day ${(last = date)}`, () => h("h3", { class: "day" }, date));
      if (event.seq === unreadFrom) put("unread", () => h("p", { class: "new" }, say("new_messages")));
      const row = put(event.client_id ?? event.seq, () => bubble(panel, event, acts));
      if (event.author === "shopper" && event.kind === "message") mark(row, event);
    }
    if (talk?.state === "resolved" && chat.settings.rating && !rated(events)) put("rate", rating);
    for (const row of rows.values()) if (!wanted.includes(row)) row.remove();
    wanted.forEach((row, at) => log.children[at] === row || log.insertBefore(row, log.children[at] ?? null));
    if (atEnd || !frame) log.scrollTop = log.scrollHeight;
    older.hidden = !talk?.more;
    typing.textContent = talk?.typing ? say("typing", { name: talk.typing.name || say(talk.typing.author === "bot" ? "assistant" : "team") }) : "";
    panel.title.textContent = talk?.agent?.name || panel.setup.name;
    menuButton.hidden = !talk;
    writer.update();
    if (talk && seen) chat.read(talk);
  }

  /** How far a message of one's own has come. */
  function mark(row, { seq, one, created_at }) {
    const meta = row.lastElementChild;
    const newest = seq && seq === talk.events.findLast((event) => event.author === "shopper" && event.kind === "message")?.seq;
    const state = one ? (one.failed ? "not_sent" : "sending") : newest ? (talk.read.agent >= seq ? "read" : "sent") : "";
    if (row.state === state) return;
    row.state = state;
    row.time ??= meta.textContent;
    meta.replaceChildren(one?.failed ? h("span", { class: "fault" }, one.refused || say("not_sent"), " ", button(say("retry"), () => chat.deliver(one).then((id) => talk || send.began?.(id)))) : `${row.time}${state && ` · ${say(state)}`}`);
  }

  const rated = (events) => events.findLast((one) => one.kind === "rating")?.seq > (events.findLast((one) => one.kind === "state" && one.data.to === "resolved")?.seq ?? 0);

  /** One click rates; a comment may follow. */
  function rating() {
    const stars = h("div", { class: "quick" }, [1, 2, 3, 4, 5].map((score) => button("★".repeat(score), () => panel.try(async () => {
      await chat.act(talk, "rating", { score });
      foot.prepend(form({ comment: "optional" }, say("add_comment"), async (given) => {
        await panel.try(() => chat.act(talk, "rating", { score, ...given }));
        write();
      }));
    }), { "aria-label": say("score", { score }) })));
    return h("div", { class: "event", role: "group", "aria-label": say("rate") }, say("rate"), stars);
  }

  const sure = (question, label, action) => foot.replaceChildren(h("p", {}, say(question)), button(say(label), () => panel.try(action), { class: "main" }), button(say("cancel"), write));
  const menuButton = iconButton("more", say("menu"), () => {
    menu.hidden = !menu.hidden;
    menuButton.setAttribute("aria-expanded", !menu.hidden);
  }, { "aria-expanded": "false" });
  const entry = (name, action) => button(say(name), () => {
    menuButton.click();
    action();
  });
  const menu = h("div", { class: "menu", hidden: true },
    entry("person", acts.person),
    entry("transcript", () => foot.replaceChildren(form({ email: "required" }, say("transcript"), async ({ email }) => {
      if (await panel.try(() => chat.act(talk, "transcript", { email }).then(() => true))) foot.replaceChildren(h("p", { role: "status" }, say("transcript_sent", { email })), writer.node);
    }, { values: chat.shopper }))),
    entry("end", () => sure("end_sure", "end", async () => {
      await chat.act(talk, "end");
      write();
    })),
    entry("erase", () => sure("erase_sure", "erase", async () => {
      await chat.erase();
      panel.erased();
    })));
  return { title: panel.setup.name, nodes: [menu, area], tools: [menuButton], first: writer.field, update, leave: () => (chat.current = null) };
}
