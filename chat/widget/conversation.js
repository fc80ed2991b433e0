/** A conversation: what was said, what is on its way, and what can be done with it. */
import { bubble } from "./bubbles.js";
import { composer } from "./composer.js";
import { button, day, h, iconButton, locale, say } from "./dom.js";
import { form } from "./forms.js";

/** `about` is a conversation, or what a new one is about. */
export function conversation(panel, about = {}) {
  const { chat } = panel;
  const { look = {}, rating } = chat.settings;
  const consent = !chat.shopper.email && look.consent?.[locale];
  let talk = about.id && about;
  let person = about;
  const rows = new Map();
  const log = h("div", { class: "log", role: "log", "aria-label": say("log"), tabindex: 0 });
  const foot = h("div", { class: "foot" });
  const typing = h("p", { class: "meta", role: "status" });
  const older = button(say("older"), () => panel.try(() => chat.load(talk.id, talk.events[0].seq)), { class: "quiet" });
  const writer = composer(panel, () => talk, send);
  const write = (...above) => foot.replaceChildren(...above, typing, writer.node);
  const act = (what, given) => panel.try(() => chat.act(talk, what, given));
  /** Show a form in place of the field, and the field again when it is done or not wanted. */
  const fill = (why, fields, label, done, values, line) => {
    foot.replaceChildren(h("p", {}, why && say(why)), form(fields, say(label), async (given) => (await done(given)) !== undefined && write(), values, line), talk ? button(say("cancel"), () => write(), { class: "quiet" }) : "");
    foot.querySelector("input, button").focus();
  };

  async function send(text, files) {
    const id = await chat.send(talk?.id, text, files, person);
    if (!talk && id) panel.made[1] = chat.current = talk = chat.talks.get(id);
    panel.changed();
  }
  const acts = {
    say: (text) => send(text, []),
    person: () => (chat.settings.open || chat.shopper.email ? act("person") : acts.leave()),
    leave: () => fill("leave_why", { name: "optional", email: "required" }, "leave", (given) => act("person", Object.assign(chat.shopper, given)), chat.shopper, consent),
  };

  const asked = Object.entries(look.asks ?? {}).filter(([name, wish]) => wish !== "no" && !chat.shopper[name] && !about[name]);
  if (!talk && (asked[0] || consent)) fill("", Object.fromEntries(asked), "start", (given) => (person = { ...about, ...given }), {}, consent);
  else write();
  if (about.order_number) writer.fill(say("about_order", about.order_number));
  chat.current = talk;
  let waiting = talk?.unread;
  let firstNew;
  if (talk && !talk.loaded) panel.try(() => chat.load(talk.id));

  function update(frame, seen) {
    const { events = [], state, agent, more } = talk ?? {};
    // The line stands above what was not read when the conversation was opened.
    if (waiting && talk.loaded) [firstNew, waiting] = [events.filter((one) => one.kind === "message" && one.author !== "shopper").at(-waiting)?.seq, 0];
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
    const wanted = [];
    const put = (key, make) => {
      if (!rows.has(key)) rows.set(key, make());
      wanted.push(rows.get(key));
      return rows.get(key);
    };
    const last = (kind) => events.findLast(kind)?.seq ?? 0;
    const newest = last((one) => one.client_id);
    const pending = chat.pending.filter((one) => one.talk === (talk ? talk.id : undefined));
    for (const event of [...events, ...pending]) {
      const { seq, kind = "message", author = "shopper", data = { attachments: event.files }, client_id, created_at } = event;
      if (kind === "state" && data.to !== "resolved") continue;
      const date = day(created_at);
      put(date, () => h("h3", { class: "event" }, date));
      if (seq && seq === firstNew) put("new", () => h("p", { class: "new" }, say("new_messages")));
      const row = put(client_id ?? seq, () => bubble(panel, { ...event, kind, author, data }, acts));
      if (kind === "message" && author === "shopper") mark(row, event, seq ? seq === newest && (talk.read.agent >= seq ? "read" : "sent") : event.failed ? "not_sent" : "sending");
    }
    if (state === "resolved" && rating && last((one) => one.kind === "rating") < last((one) => one.data.to === "resolved")) put("rate", rate);
    for (const row of rows.values()) if (!wanted.includes(row)) row.remove();
    [...new Set(wanted)].forEach((row, at) => log.children[at] === row || log.insertBefore(row, log.children[at]));
    if (atEnd || !frame) log.scrollTop = log.scrollHeight;
    older.hidden = !more;
    menu.hidden = !talk;
    typing.textContent = talk?.typing ? say("typing", talk.typing.name || say("assistant")) : "";
    panel.title.textContent = agent?.name || panel.setup.name;
    writer.update();
    if (talk && seen) chat.read(talk);
  }

  /** How far a message of one's own has come. */
  function mark(row, event, state) {
    if (row.state === state) return;
    row.state = state;
    const meta = row.lastChild;
    row.time ??= meta.textContent;
    meta.replaceChildren(state === "not_sent" ? h("span", { class: "fault" }, event.refused || say(state), button(say("retry"), () => chat.deliver(event).then(() => talk || panel.show(conversation, chat.talks.get(event.talk) ?? about, true)))) : row.time + (state ? ` · ${say(state)}` : ""));
  }

  /** One click rates; a comment may follow. */
  function rate() {
    const stars = [1, 2, 3, 4, 5].map((score) => button("★", async () => {
      if (await act("rating", { score })) fill("", { comment: "optional" }, "send", ({ comment }) => (comment ? act("rating", { score, comment }) : 0));
    }, { class: "icon", "aria-label": say("score", score), title: say("score", score) }));
    return h("div", { class: "event", role: "group", "aria-label": say("rate") }, say("rate"), h("div", { class: "quick" }, stars));
  }

  const list = h("div");
  const menu = h("details", { onfocusout: ({ relatedTarget }) => menu.contains(relatedTarget) || (menu.open = false) }, h("summary", { class: "icon", "aria-label": say("menu"), title: say("menu") }, "···"), list);
  for (const [name, action] of Object.entries({
    person: acts.person,
    transcript: () => fill("", { email: "required" }, "transcript", async (given) => (await act("transcript", given)) && foot.prepend(h("p", { role: "status" }, say("transcript_sent", given.email))), chat.shopper),
    end: () => fill("end_sure", {}, "end", () => act("end")),
    erase: () => fill("erase_sure", {}, "erase", () => panel.try(() => chat.erase().then(() => panel.show(...panel.trail.splice(0)[0], true)))),
  })) list.append(button(say(name), () => action((menu.open = false))));
  return { title: panel.setup.name, nodes: [h("div", { class: "talk", ondragover: (event) => event.preventDefault(), ondrop: writer.take }, older, log, foot)], tools: [menu], first: writer.field, update };
}
