/* Writing in the inbox: the draft that is kept, sending once, and what others wrote meanwhile. */
globalThis.composer = {
  form: () => document.querySelector("[data-composer]"),
  text: () => document.querySelector("[data-composer] textarea"),
  isNote: () => composer.form().elements.note.value === "true",
  sending: false,
  files: [], // Taken by the service already, by their names there.
};

/* Written the way a person types it, so that the browser's own undo takes it back. */
composer.put = (words, from, to) => {
  const text = composer.text();
  text.focus();
  text.setSelectionRange(from ?? text.selectionStart, to ?? text.selectionEnd);
  if (!document.execCommand("insertText", false, words)) {
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
};

/* -- modes --------------------------------------------------------------------------------------------------------- */

function showMode() {
  const form = composer.form();
  const note = composer.isNote();
  form.classList.toggle("composer-note", note);
  composer.text().placeholder = note ? composer.text().dataset.noteHint : composer.text().dataset.replyHint;
  const button = form.querySelector("[data-send-reply]");
  button.querySelector("span").textContent = note ? button.dataset.note : button.dataset.reply;
  for (const only of form.querySelectorAll("[data-reply-only], [data-then]")) only.hidden = note;
}

desk.write = (note) => {
  if (!composer.form()) return;
  composer.form().querySelector(`input[name=note][value=${note}]`).checked = true;
  showMode();
  composer.text().focus();
};

/* -- the draft ----------------------------------------------------------------------------------------------------- */

let keeping = 0;

function willKeep() {
  clearTimeout(keeping);
  const form = composer.form();
  form.querySelector("[data-kept]").textContent = "";
  keeping = setTimeout(() => keepDraft(form, true), 600);
}

async function keepDraft(form, tell) {
  clearTimeout(keeping);
  keeping = 0;
  const data = new FormData();
  data.set("text", form.elements.text.value);
  data.set("note", form.elements.note.value);
  const answer = await desk.ask(`${form.closest("[data-conversation]").dataset.place}/draft`, data).catch(() => null);
  if (!tell || !form.isConnected) return;
  const kept = form.querySelector("[data-kept]");
  kept.textContent = answer?.ok && form.elements.text.value.trim() && !composer.sending ? kept.dataset.words : "";
}

/* Before another conversation takes this one's place. */
desk.leave = () => {
  if (keeping && composer.form()) keepDraft(composer.form(), false);
};

addEventListener("pagehide", () => {
  const form = composer.form();
  if (!keeping || !form) return;
  const data = new FormData();
  for (const [name, value] of [["csrf", desk.csrf()], ["text", form.elements.text.value], ["note", form.elements.note.value]]) {
    data.set(name, value);
  }
  navigator.sendBeacon(`${desk.talk().dataset.place}/draft`, data);
});

/* -- sending ------------------------------------------------------------------------------------------------------- */

/* One name for one text: sent again after a lost answer it is still one message. */
function clientId(form) {
  const field = form.querySelector("[data-client-id]");
  field.value ||= self.crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  return field;
}

function problem(sentence) {
  const place = composer.form().querySelector("[data-problem]");
  place.querySelector("span").textContent = sentence;
  place.hidden = !sentence;
}

function meanwhile(details) {
  const place = composer.form().querySelector("[data-meanwhile]");
  place.hidden = !details;
  if (!details) return;
  const who = place.querySelector("[data-meanwhile-who]");
  who.textContent = who.dataset.words.replace("{name}", details.name || who.dataset.somebody);
  place.querySelector("[data-meanwhile-text]").textContent = details.text;
  composer.form().querySelector("[data-after]").value = details.seq;
}

async function send(submitter) {
  const form = composer.form();
  if (composer.sending || !(form.elements.text.value.trim() || composer.files.length)) return;
  composer.sending = true;
  clearTimeout(keeping);
  keeping = 0;
  const field = clientId(form);
  const data = new FormData(form);
  if (submitter?.name) data.set(submitter.name, submitter.value);
  for (const file of composer.files) data.append("attachment", file);
  form.classList.add("composer-sending");
  problem("");
  try {
    const answer = await desk.ask(form.getAttribute("action"), data);
    if (!form.isConnected) return;
    if (answer.ok) {
      await sent(form, field);
      return;
    }
    const said = await desk.problem(answer);
    field.value = "";
    if (said.code === "answered_meanwhile") {
      await desk.refreshTalk().catch(() => {}); // First, so that what is sent next was written after it.
      meanwhile(said.details);
    } else problem(said.message);
  } catch {
    problem(desk.root.dataset.failed);
  } finally {
    composer.sending = false;
    form.classList.remove("composer-sending");
  }
}

async function sent(form, field) {
  form.elements.text.value = field.value = "";
  grow();
  composer.clearFiles?.();
  meanwhile(null);
  form.querySelector("[data-kept]").textContent = "";
  if (composer.isNote()) desk.write(false);
  await Promise.all([desk.refreshTalk(), desk.refreshList()]);
  form.querySelector("[data-after]").value = desk.lastSeq();
  document.querySelector("[data-scroll]").scrollTop = 1e9;
  htmx.trigger(document.body, "news");
}

/* -- what is pressed ----------------------------------------------------------------------------------------------- */

/* The field grows with its text, up to what leaves the conversation readable. */
function grow() {
  const text = composer.text();
  text.rows = Math.min(12, Math.max(3, text.value.split("\n").length + Math.floor(text.value.length / 90)));
}

document.addEventListener("input", (event) => {
  if (event.target !== composer.text()) return;
  grow();
  willKeep();
});

document.addEventListener("change", (event) => {
  if (event.target.form !== composer.form() || event.target.name !== "note") return;
  showMode();
  willKeep();
});

document.addEventListener("submit", (event) => {
  if (event.target !== composer.form()) return;
  event.preventDefault();
  send(event.submitter);
});

document.addEventListener("keydown", (event) => {
  if (event.target !== composer.text() || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    send(null);
  } else if (event.key === "Escape" && !event.defaultPrevented) {
    event.target.blur();
    document.querySelector("[data-scroll]").focus({ preventScroll: true });
  }
});

desk.listeners.push(() => {
  composer.files = [];
  if (!composer.form()) return;
  showMode();
  grow();
});
if (composer.form()) {
  showMode();
  grow();
}
