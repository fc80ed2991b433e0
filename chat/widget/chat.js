/** What this browser knows of its conversations, and what is on its way. */
import { Connection } from "./connection.js";
import { Refused } from "./service.js";

const OTHER_TABS_KEPT = 20;
const named = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16)).join("");

export class Chat {
  /** `changed(frame)` is called after whatever changed. */
  constructor(service, changed) {
    Object.assign(this, { service, changed, talks: new Map(), state: "connecting", settings: {}, shopper: {} });
    // Drafts and messages on their way outlive a reload of the page, not the tab.
    try {
      this.kept = JSON.parse(sessionStorage[service.key]);
    } catch {
      this.kept = {};
    }
    this.drafts = this.kept.drafts ?? {};
    this.pending = (this.kept.pending ?? []).map((one) => ({ ...one, failed: true }));
    // What another tab does with the token holds here too.
    addEventListener("storage", (change) => change.key === service.key && this.open().catch(() => 0));
  }

  keep() {
    try {
      sessionStorage[this.service.key] = JSON.stringify({ drafts: this.drafts, pending: this.pending });
    } catch {
      // Memory alone, then.
    }
  }

  async open() {
    this.opened(await this.service.session());
    this.connection?.end();
    this.connection = new Connection(this.service, () => this.since(), (frame) => this.hear(frame), (state) => this.turned(state));
    this.connection.connect();
  }

  opened(said) {
    if (said.token) this.talks.clear();
    Object.assign(this, { settings: said.settings, shopper: said.shopper });
    this.take(said.conversations);
    this.changed();
  }

  since() {
    const talks = [...this.talks.values()].sort((one, other) => (other === this.current) - (one === this.current));
    return Object.fromEntries(talks.slice(0, OTHER_TABS_KEPT).map((talk) => [talk.id, talk.since]));
  }

  turned(state) {
    this.state = state;
    if (state === "live") for (const one of this.pending) if (one.failed && !one.refused) this.deliver(one);
    this.changed();
  }

  get unread() {
    return [...this.talks.values()].reduce((sum, talk) => sum + talk.unread, 0);
  }

  take(conversations) {
    for (const given of conversations) {
      const known = this.talks.get(given.id) ?? { events: [], read: {}, since: given.last_seq };
      this.talks.set(given.id, Object.assign(known, given));
    }
  }

  hear(frame) {
    const talk = this.talks.get(frame.conversation?.id ?? frame.conversation);
    if (frame.conversations || frame.type === "conversation") this.take(frame.conversations ?? [frame.conversation]);
    else if (!talk) this.service.ask("GET", "/conversations").then((said) => this.hear({ type: "ready", ...said }), () => 0);
    else if (frame.type === "event") {
      talk.since = Math.max(talk.since, frame.event.seq);
      if (frame.event.kind === "message" && frame.event.author !== "shopper" && this.add(talk, frame.event)) talk.unread += 1;
      this.add(talk, frame.event);
    } else if (frame.type === "read") talk.read[frame.reader] = Math.max(talk.read[frame.reader] ?? 0, frame.seq);
    else if (frame.type === "typing") {
      talk.typing = frame.author === "shopper" ? null : frame;
      clearTimeout(talk.still);
      talk.still = setTimeout(() => this.changed((talk.typing = null)), frame.seconds * 1000);
    }
    this.changed(frame);
  }

  /** Put an event where it belongs; whether it is new. */
  add(talk, event) {
    if (talk.events.some((one) => one.seq === event.seq)) return false;
    talk.events.push(event);
    talk.events.sort((one, other) => one.seq - other.seq);
    talk.last_seq = Math.max(talk.last_seq, event.seq);
    if (event.author !== "shopper") talk.typing = null;
    if (event.kind === "state") talk.state = event.data.to;
    this.pending = this.pending.filter((one) => one.client_id !== event.client_id);
    this.keep();
    return true;
  }

  /** Read a conversation, or the part before what is known of it. */
  async load(id, before) {
    const said = await this.service.ask("GET", `/conversations/${id}${before ? `?before=${before}` : ""}`);
    this.take([said.conversation]);
    const talk = this.talks.get(id);
    talk.read = { ...talk.read, ...said.read };
    talk.more = said.more;
    talk.loaded = true;
    for (const event of said.events) this.add(talk, event);
    if (!before) talk.since = Math.max(talk.since, talk.last_seq);
    this.changed();
  }

  /** Say something; with no conversation begin one. The same message keeps its name until it has arrived. */
  send(talk, text, attachments = [], person = {}) {
    const one = { client_id: named(), talk, text, files: attachments, person, created_at: new Date().toISOString() };
    this.pending.push(one);
    return this.deliver(one);
  }

  async deliver(one) {
    if (one.moving) return one.moving;
    one.failed = one.refused = null;
    one.moving = this.brought(one);
    this.changed();
    await one.moving;
    delete one.moving;
    this.keep();
    this.changed();
    return one.talk;
  }

  async brought(one) {
    const { client_id, text, files, talk, person } = one;
    this.keep();
    try {
      const page = location.href.split("#")[0].slice(0, 2000);
      const said = talk
        ? await this.service.ask("POST", `/conversations/${talk}/messages`, { client_id, text, attachments: files.map((file) => file.id) })
        : await this.service.ask("POST", "/conversations", { client_id, text, page, ...person });
      if (said.conversation) {
        this.take([said.conversation]);
        one.talk = said.conversation.id;
        this.talks.get(one.talk).loaded = true;
        this.talks.get(one.talk).since = 0;
      }
      this.add(this.talks.get(one.talk), said.event);
    } catch (trouble) {
      one.failed = true;
      one.refused = trouble instanceof Refused && trouble.status < 500 ? trouble.message : null;
    }
  }

  /** Do something in a conversation that answers with its event. */
  async act(talk, what, given = {}) {
    const said = await this.service.ask("POST", `/conversations/${talk.id}/${what}`, { client_id: named(), ...given });
    if (said.event) this.add(talk, said.event);
    this.changed();
  }

  read(talk) {
    const seq = talk.events.at(-1)?.seq ?? 0;
    if (!talk.unread || document.hidden) return;
    talk.unread = 0;
    this.service.ask("POST", `/conversations/${talk.id}/read`, { seq }).catch(() => 0);
  }

  typing(talk) {
    if (talk.held_by !== "people" || Date.now() - (talk.typedAt ?? 0) < 4000) return;
    talk.typedAt = Date.now();
    this.service.ask("POST", `/conversations/${talk.id}/typing`).catch(() => 0);
  }

  upload(talk, file) {
    const form = new FormData();
    form.append("file", file);
    return this.service.ask("POST", `/conversations/${talk.id}/attachments`, form).then((said) => said.attachment);
  }

  /** Forget this browser, here and there. */
  async erase() {
    if (this.service.token) await this.service.ask("DELETE", "/session", null, false).catch((trouble) => {
      if (trouble.status !== 401) throw trouble;
    });
    this.connection?.end();
    this.service.token = "";
    this.talks.clear();
    this.drafts = {};
    this.pending = [];
    sessionStorage.removeItem(this.service.key);
    this.changed();
  }
}
