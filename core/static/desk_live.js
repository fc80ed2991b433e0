/* New messages at once: the service says over a socket that something changed, and the page looks. Without one it asks. */
"use strict";

const ASK_SECONDS = 5;
const BACK_SECONDS = [1, 2, 5, 10, 20];
const KEPT = "aftercart:inbox"; // What this browser chose: notifications and sound.

const live = { socket: null, tries: 0, known: null };
const chosen = () => JSON.parse(localStorage.getItem(KEPT) ?? "{}");
const choose = (what) => localStorage.setItem(KEPT, JSON.stringify({ ...chosen(), ...what }));

/* -- looking again ------------------------------------------------------------------------------------------------- */

/* Many notes in one moment are one look; a look that is still under way is followed by one more. */
function gently(look, wait) {
  let timer = 0;
  let busy = false;
  let again = false;
  return async function now() {
    if (busy) return void (again = true);
    clearTimeout(timer);
    timer = setTimeout(async () => {
      busy = true;
      await look().catch(() => {});
      busy = false;
      if (again) {
        again = false;
        now();
      }
    }, wait);
  };
}

const lookAtList = gently(async () => {
  await desk.refreshList();
  await news();
  htmx.trigger(document.body, "news");
}, 250);
const lookAtTalk = gently(() => desk.refreshTalk(), 30);

/* -- the socket ---------------------------------------------------------------------------------------------------- */

function connect() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}/console/chat/socket`);
  live.socket = socket;
  socket.addEventListener("open", () => {
    live.tries = 0;
    looking();
    lookAtTalk();
    lookAtList();
  });
  socket.addEventListener("message", (event) => heard(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    live.socket = null;
    setTimeout(connect, 1000 * BACK_SECONDS[Math.min(live.tries++, BACK_SECONDS.length - 1)]);
  });
}

const isLive = () => live.socket?.readyState === WebSocket.OPEN;

const tell = (frame) => isLive() && live.socket.send(JSON.stringify(frame));

const here = () => desk.talk()?.dataset.conversation ?? "";

function looking() {
  if (here()) tell({ type: "looking", conversation: here() });
}

function heard(frame) {
  const ours = here() && (frame.conversation?.id ?? frame.conversation) === here();
  if (frame.type === "event" || frame.type === "conversation") {
    if (ours) lookAtTalk();
    lookAtList();
  } else if (frame.type === "typing" && ours) others(frame, "typing", (frame.seconds ?? 6) * 1000);
  else if (frame.type === "looking" && ours) others(frame, "looking", 60_000);
  else if (frame.type === "read" && ours && frame.reader === "shopper") readTo(frame.seq);
}

function readTo(seq) {
  const mark = document.querySelector("[data-seen]");
  mark.dataset.seq = Math.max(+mark.dataset.seq, seq);
  desk.arrange();
}

/* -- who else is here ---------------------------------------------------------------------------------------------- */

const present = new Map();

function others(frame, what, milliseconds) {
  const place = document.querySelector("[data-others]");
  const name = frame.name || (frame.author === "shopper" ? place.dataset.shopper : "");
  if (!name) return;
  present.set(`${what}:${name}`, { words: place.dataset[what].replace("{name}", name), until: Date.now() + milliseconds });
  showOthers();
  setTimeout(showOthers, milliseconds + 50);
}

function showOthers() {
  for (const [key, one] of present) if (one.until <= Date.now()) present.delete(key);
  const place = document.querySelector("[data-others]");
  const words = [...present].sort(([one], [two]) => two.localeCompare(one)).map(([, one]) => one.words);
  if (place) place.textContent = words.slice(0, 3).join(" · ");
}

desk.listeners.push(() => {
  present.clear();
  showOthers();
  looking();
});

let toldTyping = 0;
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-composer] textarea") || Date.now() - toldTyping < 3000) return;
  if (composer.isNote()) return;
  toldTyping = Date.now();
  tell({ type: "typing", conversation: here() });
});

/* -- title, notifications, sound ----------------------------------------------------------------------------------- */

async function news() {
  const answer = await desk.ask("/console/chat/news");
  if (!answer.ok) return;
  const { waiting, unread } = await answer.json();
  document.title = (waiting ? `(${waiting}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  const before = live.known;
  live.known = new Set(unread.map((one) => `${one.conversation}:${one.seq}`));
  if (before) for (const one of unread) if (!before.has(`${one.conversation}:${one.seq}`)) announce(one);
}

function announce(one) {
  if (!document.hidden && one.conversation === here()) return;
  if (chosen().sound) ring();
  if (!chosen().notify || !("Notification" in self) || Notification.permission !== "granted") return;
  const title = one.person || desk.root.dataset.visitor;
  const shown = new Notification(title, { body: one.text || desk.root.dataset.newMessage, tag: one.conversation });
  shown.addEventListener("click", () => {
    focus();
    location.assign(`/conversations/${one.conversation}`);
  });
}

function ring() {
  const sound = new AudioContext();
  const [tone, volume] = [sound.createOscillator(), sound.createGain()];
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.12, sound.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + 0.35);
  tone.connect(volume).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + 0.4);
  tone.addEventListener("ended", () => sound.close());
}

const notifier = document.querySelector("[data-notify]");
const sounder = document.querySelector("[data-sound]");

function showChoices() {
  const refused = !("Notification" in self) || Notification.permission === "denied";
  const on = !refused && chosen().notify && Notification.permission === "granted";
  notifier.querySelector("span").textContent = notifier.dataset[refused ? "refused" : on ? "on" : "off"];
  notifier.setAttribute("aria-pressed", String(Boolean(on)));
  notifier.disabled = refused;
  sounder.checked = Boolean(chosen().sound);
}

notifier.addEventListener("click", async () => {
  if (chosen().notify && Notification.permission === "granted") choose({ notify: false });
  else choose({ notify: (await Notification.requestPermission()) === "granted" });
  showChoices();
});
sounder.addEventListener("change", () => choose({ sound: sounder.checked }));

showChoices();
news().catch(() => {});
connect();
setInterval(() => {
  if (isLive() || document.hidden) return;
  lookAtTalk();
  lookAtList();
}, ASK_SECONDS * 1000);
setInterval(looking, 25_000);
