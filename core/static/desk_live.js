/* New messages at once: the service says over a socket that something changed, and the page looks. Without one it asks. */
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
    watch();
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

const watch = () => tell({ type: "watch", conversation: here() });

function heard(frame) {
  if (frame.type === "reached") {
    if (frame.conversations.some((one) => one.conversation === here())) lookAtTalk();
    lookAtList();
    return;
  }
  if (frame.conversation !== here()) return;
  if (frame.type === "typing") typing(frame);
  else if (frame.type === "looking") looking(frame.people);
  else if (frame.type === "present") showPresence(frame.present);
  else if (frame.type === "read" && frame.reader === "shopper") readTo(frame.seq);
}

function readTo(seq) {
  const mark = document.querySelector("[data-seen]");
  mark.dataset.seq = Math.max(+mark.dataset.seq, seq);
  desk.arrange();
}

/* -- who else is here ---------------------------------------------------------------------------------------------- */

const present = new Map(); // What is said of somebody, and until when.

const place = () => document.querySelector("[data-others]");

function note(key, words, milliseconds) {
  present.set(key, { words, until: Date.now() + milliseconds });
  showOthers();
  setTimeout(showOthers, milliseconds + 50);
}

function typing(frame) {
  const name = frame.author === "shopper" ? place().dataset.shopper : frame.name;
  if (name) note(`typing ${name}`, place().dataset.typing.replace("{name}", name), (frame.seconds ?? 6) * 1000);
}

function looking(people) {
  for (const key of present.keys()) if (key.startsWith("looking ")) present.delete(key);
  for (const { name, typing: writes } of people) {
    note(`looking ${name}`, place().dataset[writes ? "typing" : "looking"].replace("{name}", name), 90_000);
  }
  showOthers();
}

function showPresence(there) {
  const mark = document.querySelector("[data-present]");
  if (mark) mark.hidden = !there;
}

function showOthers() {
  for (const [key, one] of present) if (one.until <= Date.now()) present.delete(key);
  if (place()) place().textContent = [...present.values()].map((one) => one.words).slice(0, 3).join(" · ");
}

desk.listeners.push(() => {
  present.clear();
  showOthers();
  watch();
});

let toldTyping = 0;
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-composer] textarea") || Date.now() - toldTyping < 3000) return;
  if (composer.isNote()) return;
  toldTyping = Date.now();
  tell({ type: "typing" });
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
setInterval(() => tell({ type: "ping" }), 25_000);
