/* The inbox: opening a conversation beside the list, doing things with it, and keeping what is shown fresh. */
globalThis.desk = {
  root: document.querySelector("[data-desk]"),
  listeners: [],
  talk: () => document.querySelector("[data-conversation]"),
  lastSeq: () => Math.max(0, ...[...document.querySelectorAll("[data-events] > [data-seq]")].map((one) => +one.dataset.seq)),
  csrf: () => JSON.parse(document.body.getAttribute("hx-headers"))["X-Csrf"],
  say: (words) => (document.querySelector("[data-said]").textContent = words),
};

/* -- asking the service -------------------------------------------------------------------------------------------- */

/* The answer as text; an ended session leads to the sign-in page and back. */
desk.ask = async (address, form) => {
  const headers = { "HX-Request": "true", Accept: form ? "application/json" : "text/html" };
  if (form) headers["X-Csrf"] = desk.csrf();
  const answer = await fetch(address, form ? { method: "POST", body: form, headers } : { headers });
  if (answer.headers.has("HX-Redirect")) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
  return answer;
};

desk.fragment = async (address) => {
  const answer = await desk.ask(address);
  if (!answer.ok) throw new Error(String(answer.status));
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  return holder.content;
};

let toastAway = 0;
desk.warn = (sentence) => {
  const toast = document.querySelector("[data-toast]");
  toast.querySelector("p").textContent = sentence || desk.root.dataset.failed;
  toast.hidden = false;
  clearTimeout(toastAway);
  toastAway = setTimeout(() => (toast.hidden = true), 8000);
};

desk.problem = async (answer) => {
  const said = await answer.json().catch(() => ({}));
  return said.error ?? { code: "", message: desk.root.dataset.failed, details: {} };
};

/* -- the list ------------------------------------------------------------------------------------------------------ */

desk.refreshList = async () => {
  const place = document.querySelector("[data-list]");
  const current = desk.talk()?.dataset.conversation ?? "";
  const address = place.dataset.list;
  const shown = await desk.fragment(`${address}${address.includes("?") ? "&" : "?"}current=${current}`);
  const focused = document.activeElement.closest?.("[data-row]")?.dataset.id;
  const beyond = place.querySelectorAll("[data-row]").length > shown.querySelectorAll("[data-row]").length + 1;
  for (const part of ["[data-views]", "[data-rows]"]) {
    const old = place.querySelector(part);
    if (old.querySelector("details[open]") || (part === "[data-rows]" && beyond && scrolledDown(old))) continue;
    old.replaceWith(shown.querySelector(part));
  }
  if (focused) place.querySelector(`[data-id="${CSS.escape(focused)}"] .row-link`)?.focus({ preventScroll: true });
};

/* Whoever reads far down in a long list is not thrown back to its top. */
const scrolledDown = (rows) => rows.closest("[data-list]").scrollTop > 200;

async function older(link) {
  link.setAttribute("aria-busy", "true");
  const more = await desk.fragment(link.dataset.older);
  link.closest("li").replaceWith(more);
}

function markCurrent(id) {
  for (const link of document.querySelectorAll("[data-rows] .row-link")) {
    if (link.closest("[data-row]").dataset.id === id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/* -- one conversation ---------------------------------------------------------------------------------------------- */

async function open(link) {
  desk.leave?.();
  const pane = document.querySelector("[data-pane]");
  const address = link.getAttribute("href");
  pane.setAttribute("aria-busy", "true");
  try {
    const shown = await desk.fragment(address);
    pane.replaceChildren(shown);
    history.pushState({}, "", address);
    begin();
    document.querySelector("[data-scroll]").focus({ preventScroll: true });
  } catch {
    location.assign(address);
  } finally {
    pane.removeAttribute("aria-busy");
  }
}

addEventListener("popstate", () => location.reload());

/* Everything that an opened conversation needs, whether it came with the page or into it. */
function begin() {
  const talk = desk.talk();
  desk.root.classList.toggle("desk-opened", Boolean(talk));
  if (!talk) return;
  htmx.process(talk.parentElement);
  markCurrent(talk.dataset.conversation);
  document.title = document.title.replace(/^(\(\d+\) )?.*? · /, `$1${talk.querySelector("h1").textContent.trim()} · `);
  arrange();
  toEnd();
  desk.read();
  for (const listener of desk.listeners) listener(talk);
}

/* Lines between days, and where the customer has read to. */
function arrange() {
  let day = "";
  for (const line of document.querySelectorAll("[data-events] > .day")) line.remove();
  for (const event of document.querySelectorAll("[data-events] > [data-seq]")) {
    if (event.dataset.day !== day) {
      const line = document.createElement("li");
      line.className = "day meta";
      line.textContent = day = event.dataset.day;
      event.before(line);
    }
  }
  const mark = document.querySelector("[data-seen]");
  const answers = [...document.querySelectorAll("[data-events] > .said-agent")];
  mark.hidden = !answers.length || +answers.at(-1).dataset.seq > +mark.dataset.seq;
}
desk.arrange = arrange;

const scroller = () => document.querySelector("[data-scroll]");
const atEnd = () => scroller().scrollHeight - scroller().scrollTop - scroller().clientHeight < 120;
const toEnd = () => (scroller().scrollTop = scroller().scrollHeight);

desk.refreshTalk = async () => {
  const talk = desk.talk();
  if (!talk) return;
  const { place, query } = talk.dataset;
  const stay = !atEnd();
  const [events, head] = await Promise.all([
    desk.fragment(`${place}/events?since=${desk.lastSeq()}`),
    desk.fragment(`${place}/head${query}`),
  ]);
  if (desk.talk() !== talk) return;
  const known = desk.lastSeq();
  const fresh = [...events.children].filter((one) => +one.dataset.seq > known);
  talk.querySelector("[data-events]").append(...fresh);
  if (!talk.querySelector("[data-head] details[open]")) talk.querySelector("[data-head]").replaceChildren(head);
  arrange();
  if (!stay) toEnd();
  if (fresh.length) desk.read();
  const heard = fresh.filter((one) => one.dataset.author === "shopper").at(-1);
  if (heard) desk.say(heard.querySelector(".said-words").textContent.trim());
};

async function showEarlier(button) {
  const before = scroller().scrollHeight;
  const shown = await desk.fragment(`${desk.talk().dataset.place}/earlier?before=${button.dataset.earlier}`);
  button.closest("li").replaceWith(shown);
  arrange();
  scroller().scrollTop += scroller().scrollHeight - before;
}

/* Whoever looks at the page has read what it shows; a page in the background reads nothing. */
desk.read = async () => {
  const talk = desk.talk();
  if (!talk || document.hidden || !talk.querySelector("[data-composer]")) return;
  const form = new FormData();
  form.set("seq", desk.lastSeq());
  if ((await desk.ask(`${talk.dataset.place}/read`, form)).ok) {
    const row = document.querySelector(`[data-id="${CSS.escape(talk.dataset.conversation)}"]`);
    row?.classList.remove("unread");
  }
};
document.addEventListener("visibilitychange", () => desk.read());

/* -- what is pressed ----------------------------------------------------------------------------------------------- */

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-rows] .row-link, [data-older]");
  if (link && !(event.ctrlKey || event.metaKey || event.shiftKey || event.button)) {
    event.preventDefault();
    if (link.dataset.older) older(link).catch(() => desk.warn());
    else open(link);
  }
  const before = event.target.closest("[data-earlier]");
  if (before) showEarlier(before).catch(() => desk.warn());
  if (event.target.closest("[data-side-open]")) side(true);
  if (event.target.closest("[data-side-close]")) side(false);
});

function side(shown) {
  desk.root.classList.toggle("desk-beside", shown);
  const next = shown ? "[data-side-close]" : "[data-side-open]";
  document.querySelector(next)?.focus();
}
desk.side = side;

/* What is done with a conversation is sent from here, so that nothing that is being written is lost. */
desk.send = async (form, submitter) => {
  const data = new FormData(form);
  if (submitter?.name) data.set(submitter.name, submitter.value);
  const answer = await desk.ask(form.getAttribute("action"), data);
  if (!answer.ok) {
    desk.warn((await desk.problem(answer)).message);
    return false;
  }
  for (const menu of document.querySelectorAll("[data-head] details[open]")) menu.open = false;
  await Promise.all([desk.refreshTalk(), desk.refreshList()]);
  htmx.trigger(document.body, "news");
  if (form.dataset.quiet !== undefined) htmx.trigger(document.querySelector("[data-customer]"), "again");
  return true;
};

document.addEventListener("submit", (event) => {
  const quiet = event.target.closest("[data-head], [data-quiet]");
  if (!quiet || event.target.dataset.away !== undefined) return;
  event.preventDefault();
  desk.send(event.target, event.submitter).catch(() => desk.warn());
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (event.target.closest("[data-duty]")) desk.ask(form.action, new FormData(form)).catch(() => desk.warn());
});

begin();
