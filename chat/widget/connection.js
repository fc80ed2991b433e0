/** What happens elsewhere, as it happens: by WebSocket, else by server-sent events, else by asking again and again. */
const SILENCE_MS = 45_000;
const PING_MS = 20_000;
const LONGEST_MS = 30_000;
const UNKNOWN_TOKEN = 4001;

export class Connection {
  /** `chat` tells what it has (`since()`), hears frames (`hear`), whether it is connected (`turned`) and unknown (`open`). */
  constructor(chat) {
    Object.assign(this, { chat, service: chat.service, way: 0, failures: 0 });
    addEventListener("online", () => this.anew());
    addEventListener("offline", () => this.lost());
    document.addEventListener("visibilitychange", () => document.hidden || this.live || this.anew());
    this.connect();
  }

  /** Connect at once, by the best way. */
  anew() {
    this.way = this.failures = 0;
    this.connect();
  }

  connect() {
    this.end();
    this.stop = new AbortController();
    [this.socket, this.stream, this.poll][this.way].call(this, this.stop.signal).catch(() => 0).then(this.stop.signal.aborted || ((unknown) => this.lost(unknown)));
  }

  end() {
    clearTimeout(this.waiting);
    this.stop?.abort();
    this.live = false;
  }

  heard(frame) {
    if (!this.live) this.chat.turned((this.live = true));
    this.failures = 0;
    this.chat.hear(frame);
  }

  /** Wait, longer each time and never all at once; what never worked makes place for the next way. */
  lost(unknown) {
    const worked = this.live;
    this.end();
    this.chat.turned(false);
    if (unknown) return this.chat.open();
    this.failures += 1;
    if (!worked && this.failures % 2 === 0 && navigator.onLine) this.way = Math.min(2, this.way + 1);
    this.waiting = setTimeout(() => this.connect(), Math.min(LONGEST_MS, 500 * 2 ** this.failures) * (0.5 + Math.random()));
  }

  socket(signal) {
    const socket = new WebSocket(this.service.url("/socket").replace("http", "ws"));
    let heardAt = Date.now();
    return new Promise((done) => {
      const beat = setInterval(() => (Date.now() - heardAt > SILENCE_MS ? done() : socket.readyState === 1 && socket.send('{"type":"ping"}')), PING_MS);
      signal.onabort = () => {
        clearInterval(beat);
        socket.onmessage = socket.onclose = null;
        socket.close();
      };
      socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token: this.service.token, since: this.chat.since() }));
      socket.onclose = ({ code }) => done(code === UNKNOWN_TOKEN);
      socket.onmessage = ({ data }) => {
        heardAt = Date.now();
        this.heard(JSON.parse(data));
      };
    });
  }

  async stream(signal) {
    const since = Object.entries(this.chat.since()).map((pair) => pair.join(":"));
    const answer = await fetch(this.service.url(`/stream?since=${since}`), { headers: { Authorization: `Bearer ${this.service.token}` }, signal });
    if (!answer.ok) return;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let part; !(part = await reader.read()).done; ) {
      const lines = (text + part.value).split(/\r?\n/);
      text = lines.pop();
      for (const line of lines) if (line.startsWith("data:")) this.heard(JSON.parse(line.slice(5)));
    }
  }

  async poll(signal) {
    for (;;) {
      this.heard(await this.service.ask("GET", "/conversations", null, { signal }));
      const [id, since] = Object.entries(this.chat.since())[0] ?? [];
      const { events = [] } = id ? await this.service.ask("GET", `/conversations/${id}/events?since=${since}&wait=25`, null, { signal }) : {};
      for (const event of events) this.heard({ type: "event", conversation: id, event });
      await new Promise((done) => setTimeout(done, id ? 1000 : 5000));
    }
  }
}
