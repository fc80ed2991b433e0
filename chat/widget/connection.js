/** What happens elsewhere, as it happens: WebSocket, else server-sent events, else asking again and again. */
const SILENCE_MS = 45_000;
const PING_MS = 20_000;
const LONGEST_WAIT_MS = 30_000;
const WAYS = ["socket", "stream", "poll"];

export class Connection {
  /** `since()` tells the last number of each conversation, `frame` hears each frame, `state` hears "live" or "offline". */
  constructor(service, since, frame, state) {
    Object.assign(this, { service, since, frame, state, way: 0, failures: 0 });
    addEventListener("online", () => this.again());
    addEventListener("offline", () => this.lost());
    document.addEventListener("visibilitychange", () => document.hidden || this.live || this.again());
  }

  /** Connect anew at once, by the best way. */
  again() {
    if (this.ended) return;
    this.way = this.failures = 0;
    this.connect();
  }

  connect() {
    clearTimeout(this.waiting);
    this.drop?.();
    this.live = false;
    this[WAYS[this.way]]();
  }

  end() {
    this.ended = true;
    clearTimeout(this.waiting);
    this.drop?.();
  }

  heard(frame) {
    if (!this.live) {
      this.live = true;
      this.failures = 0;
      this.state("live");
    }
    if (frame.type !== "pong") this.frame(frame);
  }

  /** Wait a little, longer each time and never all at once, and try the next way when this one never worked. */
  lost() {
    this.drop?.();
    this.drop = null;
    if (this.ended) return;
    if (!this.live && navigator.onLine && ++this.failures > 1 && this.way < 2) {
      this.way += 1;
      this.failures = 0;
    }
    this.live = false;
    this.state("offline");
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.connect(), Math.min(LONGEST_WAIT_MS, 500 * 2 ** this.failures) * (0.5 + Math.random()));
    if (this.failures < 9) this.failures += this.way === 2;
  }

  socket() {
    let heardAt = Date.now();
    const socket = new WebSocket(this.service.url("/socket").replace(/^http/, "ws"));
    const beat = setInterval(() => {
      if (Date.now() - heardAt > SILENCE_MS) this.lost();
      else if (socket.readyState === 1) socket.send('{"type":"ping"}');
    }, PING_MS);
    this.drop = () => {
      clearInterval(beat);
      socket.onclose = socket.onmessage = null;
      socket.close();
    };
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token: this.service.token, since: this.since() }));
    socket.onmessage = (message) => {
      heardAt = Date.now();
      this.heard(JSON.parse(message.data));
    };
    socket.onclose = () => this.lost();
  }

  async stream() {
    const stop = new AbortController();
    this.drop = () => stop.abort();
    try {
      const since = Object.entries(this.since()).map((pair) => pair.join(":"));
      const answer = await fetch(this.service.url(`/stream?since=${since}`), {
        headers: { Authorization: `Bearer ${this.service.token}`, Accept: "text/event-stream" }, signal: stop.signal, credentials: "omit",
      });
      if (!answer.ok) throw answer;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (let part; !(part = await reader.read()).done; ) {
        const blocks = (text + part.value).split(/\r?\n\r?\n/);
        text = blocks.pop();
        for (const block of blocks) {
          const data = block.split(/\r?\n/).filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n");
          this.heard(data ? JSON.parse(data) : { type: "pong" });
        }
      }
    } catch {
      // A cut stream and a refused one are met alike: wait and try again.
    }
    if (!stop.signal.aborted) this.lost();
  }

  async poll() {
    const stop = new AbortController();
    this.drop = () => stop.abort();
    try {
      while (!stop.signal.aborted) {
        const { conversations } = await this.service.ask("GET", "/conversations", null, true, stop.signal);
        this.heard({ type: "ready", conversations });
        const [id, seq] = Object.entries(this.since())[0] || [];
        if (id) {
          const { events } = await this.service.ask("GET", `/conversations/${id}/events?since=${seq}&wait=25`, null, true, stop.signal);
          for (const event of events) this.heard({ type: "event", conversation: id, event });
        }
        await new Promise((done) => setTimeout(done, 2000));
      }
    } catch {
      if (!stop.signal.aborted) this.lost();
    }
  }
}
