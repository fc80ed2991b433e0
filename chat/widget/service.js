/** The shop's chat over HTTP: who this browser is, and one way to ask. */
import { locale } from "./dom.js";

const IDENTITY_MS = 4 * 60_000;

export class Service {
  constructor(address, shop, identity) {
    Object.assign(this, { address, shop, identity, key: `aftercart:${shop}` });
    // The shop's word is renewed before it gets old.
    if (identity) setInterval(() => document.hidden || this.session().catch(() => 0), IDENTITY_MS);
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
    return this.address + (path[0] === "/" ? `api/chat/${this.shop}${path}` : path);
  }

  /** Ask and give the answer's JSON. Raises an Error with the `status` and words of a refusal, or what fetch raises. */
  async ask(method, path, body, { signal, again = true } = {}) {
    const { token } = this;
    const headers = { "Accept-Language": locale };
    if (token) headers.Authorization = `Bearer ${token}`;
    const file = body instanceof FormData;
    if (body && !file) headers["Content-Type"] = "application/json";
    const answer = await fetch(this.url(path), { method, headers, signal, body: body && !file ? JSON.stringify(body) : body });
    if (answer.status === 401 && again) {
      if (this.token === token) this.token = "";
      await this.session();
      return this.ask(method, path, body, { signal, again: false });
    }
    const said = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(said.error?.message), { status: answer.status });
    return said;
  }

  /** Ask the help centre, which need not know who reads. */
  async help(address, body) {
    const answer = await fetch(address, body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    if (!answer.ok) throw answer;
    return answer.json();
  }

  /** Be known to the service; of two tabs that open at once the second takes the first one's token. */
  session() {
    const ask = async () => {
      const said = await this.ask("POST", "/session", { identity: await this.vouched(), language: locale }, { again: !!this.token });
      if (said.token) this.token = said.token;
      return said;
    };
    return navigator.locks ? navigator.locks.request(this.key, ask) : ask();
  }

  /** What the shop's own page says of who is signed in; nothing when it says nothing. */
  async vouched() {
    try {
      const address = new URL(this.identity, location);
      if (address.origin === location.origin && this.identity) return `${(await (await fetch(address)).json()).token || ""}`;
    } catch {
      // A page without a word of its shop has a stranger before it.
    }
    return "";
  }
}
