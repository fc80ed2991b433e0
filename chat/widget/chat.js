/** What this browser knows of its conversations, and what is on its way. */
import { Connection } from "./connection.js";

/** A name for something that is sent, the same at every try. */
export const named = () => crypto.randomUUID?.() ?? `${Math.random()}`.slice(2) + Date.now();

export class Chat {
  /** `changed(frame)` is called after whatever changed. */
  constructor(service, changed) {
    Object.assign(this, { service, changed, talks: new Map(), settings: {}, shopper: {}, drafts: {}, pending: [] });
    // Drafts and messages on their way outlive a reload of the page, not the tab.
    try {
      Object.assign(this, JSON.parse(sessionStorage[service.key]));
      for (const one of this.pending) one.failed = true;
    } catch {
      // There are none, or nothing can be kept.
    }
    // What another tab does with the token holds here too.
    addEventListener("storage", ({ key }) => key === service.key && this.open().catch(() => 0));
  }

  keep() {
    try {
      sessionStorage[this.service.key] = JSON.stringify({ drafts: this.drafts, pending: this.pending });
    } catch {
      // Memory alone, then.
    }
  }

  async open() {
    const { token } = this.service;
    const said = await this.service.session();
    if (token !== this.service.token) this.talks.clear();
    Object.assign(this, { settings: said.settings, shopper: said.shopper });
    this.take(said.conversations);
    this.connection?.end();
    this.connection = new Connection(this);
    this.changed();
  }

  /** The last number of each conversation, the one that is read first. */
  since() {
    const talks = [...this.talks.values()].sort((one) => (one === this.current ? -1 : 1));
    return Object.fromEntries(talks.map((talk) => [talk.id, talk.since]));
  }

  turned(live) {
    this.offline = !live;
    if (live) for (const one of this.pending) if (one.failed && !one.refused) this.deliver(one);
    this.changed();
  }

  get unread() {
    return [...this.talks.values()].reduce((sum, talk) => sum + talk.unread, 0);
  }

  take(conversations) {
    for (const given of conversations) {
      const talk = this.talks.get(given.id) ?? { events: [], read: {}, since: given.last_seq };
      this.talks.set(given.id, Object.assign(talk, given));
    }
  }

  hear(frame) {
    const { type, conversation, conversations, event } = frame;
    const talk = this.talks.get(conversation);
    if (conversations || conversation?.id) this.take(conversations ?? [conversation]);
    else if (conversation && !talk) this.service.ask("GET", "/conversations").then((said) => this.hear(said), () => 0);
    else if (type === "event") {
      talk.since = Math.max(talk.since, event.seq);
      if (this.add(talk, event) && event.kind === "message" && event.author !== "shopper") talk.unread += 1;
    } else if (type === "read") talk.read[frame.reader] = frame.seq;
    else if (type === "typing" && frame.author !== "shopper") {
      talk.typing = frame;
      setTimeout(() => talk.typing === frame && this.changed((talk.typing = null)), frame.seconds * 1000);
    }
    this.changed(frame);
  }

  /** Put an event where it belongs; whether it is new. */
  add(talk, event) {
    this.pending = this.pending.filter((one) => one.client_id !== event.client_id);
    this.keep();
    if (talk.events.some((one) => one.seq === event.seq)) return false;
    talk.events.push(event);
    talk.events.sort((one, other) => one.seq - other.seq);
    if (event.author !== "shopper") talk.typing = null;
    if (event.kind === "state") talk.state = event.data.to;
    return true;
  }

  /** Read a conversation, or the part before what is known of it. */
  async load(id, before) {
    const said = await this.service.ask("GET", `/conversations/${id}${before ? `?before=${before}` : ""}`);
    this.take([{ ...said.conversation, read: said.read, more: said.more, loaded: true }]);
    const talk = this.talks.get(id);
    for (const event of said.events) this.add(talk, event);
    if (!before) talk.since = Math.max(talk.since, talk.last_seq);
    this.changed();
  }

  /** Say something; with no conversation begin one, as that person. A message keeps its name until it has arrived. */
  send(talk, text, files, person) {
    const one = { client_id: named(), talk, text, files, person, created_at: new Date().toISOString() };
    this.pending.push(one);
    return this.deliver(one);
  }

  /** Bring a message to the service; its conversation's name. */
  async deliver(one) {
    if (one.moving) return;
    Object.assign(one, { moving: true, failed: false });
    this.keep();
    this.changed();
    const { client_id, text, files, talk, person } = one;
    try {
      if (!this.connection) await this.open();
      const said = talk
        ? await this.service.ask("POST", `/conversations/${talk}/messages`, { client_id, text, attachments: files.map((file) => file.id) })
        : await this.service.ask("POST", "/conversations", { client_id, text, page: location.href.slice(0, 2000), ...person });
      if (!talk) this.take([{ ...said.conversation, loaded: true, since: 0 }]);
      one.talk ??= said.conversation.id;
      this.add(this.talks.get(one.talk), said.event);
    } catch (trouble) {
      one.failed = true;
      one.refused = trouble.status < 500 && trouble.message;
    }
    one.moving = false;
    this.keep();
    this.changed();
    return one.talk;
  }

  /** Do something in a conversation that answers with its event. */
  async act({ id }, what, given) {
    const said = await this.service.ask("POST", `/conversations/${id}/${what}`, { client_id: named(), ...given });
    if (said.event) this.add(this.talks.get(id), said.event);
    this.changed();
    return true;
  }

  /** Tell the service something that may be lost. */
  tell({ id }, what, given) {
    this.service.ask("POST", `/conversations/${id}/${what}`, given).catch(() => 0);
  }

  read(talk) {
    if (!talk.unread || !talk.loaded) return;
    talk.unread = 0;
    this.tell(talk, "read", { seq: talk.events.at(-1).seq });
  }

  typing(talk) {
    if (talk.held_by !== "people" || Date.now() - talk.typedAt < 4000) return;
    talk.typedAt = Date.now();
    this.tell(talk, "typing");
  }

  async upload({ id }, file) {
    const form = new FormData();
    form.append("file", file);
    return (await this.service.ask("POST", `/conversations/${id}/attachments`, form)).attachment;
  }

  /** Forget this browser, here and there. */
  async erase() {
    await this.service.ask("DELETE", "/session", null, { again: false });
    this.connection.end();
    this.service.token = "";
    this.connection = null;
    this.talks.clear();
    Object.assign(this, { drafts: {}, pending: [], shopper: {} });
    this.keep();
    this.changed();
  }
}
