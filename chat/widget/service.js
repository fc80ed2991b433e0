/** The shop's chat over HTTP: who this browser is, and one way to ask. */
import { locale } from "./dom.js";

/** The service said no, in words that may be shown. */
export class Refused extends Error {
  constructor(status, error) {
    super(error.message);
    this.status = status;
  }
}

const IDENTITY_MS = 4 * 60 * 1000;

export class Service {
  constructor(address, shop, identity) {
    this.address = address;
    this.shop = shop;
    this.identity = identity;
    this.key = `aftercart:${shop}`;
  }

  /** The opaque token of this browser; where nothing can be stored it lives as long as the page. */
  get token() {
    try {
      return localStorage[this.key] || this.kept;
    } catch {
      return this.kept;
    }
  }

  set token(token) {
    this.kept = token;
    try {
      if (token) localStorage[this.key] = token;
      else localStorage.removeItem(this.key);
    } catch {
      // The page forbids it: this visit goes on without.
    }
  }

  url(path) {
    return new URL(path[0] === "/" ? `api/chat/${this.shop}${path}` : path, this.address).href;
  }

  /** Ask and give the answer's JSON. Raises Refused, or what fetch raises without a connection. */
  async ask(method, path, body, again = true, signal) {
    const headers = { "Accept-Language": locale };
    const token = this.token;
    if (token) headers.Authorization = `Bearer ${token}`;
    const isForm = body instanceof FormData;
    if (body && !isForm) headers["Content-Type"] = "application/json";
    const answer = await fetch(this.url(path), { method, headers, body: body && !isForm ? JSON.stringify(body) : body, signal, credentials: "omit" });
    if (answer.status === 401 && again) {
      if (this.token === token) this.token = "";
      await this.session();
      return this.ask(method, path, body, false, signal);
    }
    const said = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused(answer.status, said.error || {});
    return said;
  }

  /** Be known to the service; of two tabs that open at once the second takes the first one's token. */
  session() {
    const ask = async () => {
      const identity = await this.vouched();
      const given = { identity, language: locale, page: location.href.split("#")[0].slice(0, 2000) };
      const said = await this.ask("POST", "/session", given, !!this.token);
      if (said.token) this.token = said.token;
      return said;
    };
    return navigator.locks ? navigator.locks.request(this.key, ask) : ask();
  }

  /** What the shop's own page says of who is signed in; nothing, when it says nothing. */
  async vouched() {
    try {
      const address = new URL(this.identity, location.href);
      if (!this.identity || address.origin !== location.origin) return undefined;
      const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
      return String((await answer.json()).token || "") || undefined;
    } catch {
      return undefined;
    }
  }

  /** Have the shop's word renewed before it gets old. */
  keepVouched(renewed) {
    if (this.identity) setInterval(() => document.hidden || this.session().then(renewed, () => 0), IDENTITY_MS);
  }
}
