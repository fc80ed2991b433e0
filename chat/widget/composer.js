/** Where one writes: text, files by button, paste or drop. A draft stays until it is sent. */
import { button, h, icon, iconButton, picture, say } from "./dom.js";

/** `talk()` is the conversation or nothing yet, `send(text, files)` takes both. */
export function composer(panel, talk, send) {
  const { chat } = panel;
  const name = () => talk()?.id ?? "new";
  let files = [];
  const field = h("textarea", { rows: 1, maxlength: 4000, "aria-label": say("message"), placeholder: say("message"), enterkeyhint: "send" });
  const chips = h("div", { class: "chips" });
  const chooser = h("input", { type: "file", multiple: true, hidden: true, accept: "image/*,application/pdf,text/plain", onchange: () => (add(chooser.files), (chooser.value = "")) });
  const clip = iconButton("clip", say("attach"), () => chooser.click());
  field.value = chat.drafts[name()] ?? "";

  const grow = () => {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 140)}px`;
  };
  const show = () =>
    chips.replaceChildren(
      ...files.map((one) =>
        h("span", { class: one.trouble ? "chip fault" : "chip" },
          one.shown && picture(one.shown, ""), h("span", {}, one.trouble ?? one.file.name, !one.trouble && !one.done && " …"),
          iconButton("close", say("remove", { name: one.file.name }), () => { files = files.filter((other) => other !== one); show(); })),
      ),
    );
  const add = (given) => {
    if (!talk()?.id) return;
    for (const file of given) {
      const one = { file, shown: file.type.startsWith("image/") && URL.createObjectURL(file) };
      files.push(one);
      one.moving = chat.upload(talk(), file).then((done) => (one.done = done), (trouble) => (one.trouble = `${file.name}: ${(trouble.status && trouble.message) || say("not_sent")}`)).then(show);
    }
    show();
    field.focus();
  };
  const submit = async (event) => {
    event?.preventDefault();
    const text = field.value.trim();
    const going = files.filter((one) => !one.trouble);
    if (!text && !going.length) return;
    field.value = "";
    files = [];
    delete chat.drafts[name()];
    grow();
    show();
    field.focus();
    await Promise.all(going.map((one) => one.moving));
    send(text, going.map((one) => one.done).filter(Boolean));
  };
  field.addEventListener("input", () => {
    chat.drafts[name()] = field.value;
    chat.keep();
    grow();
    if (field.value && talk()?.id) chat.typing(talk());
  });
  field.addEventListener("keydown", (event) => {
    // A syllable that is still being put together is not sent; on a touch keyboard Enter is a new line.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229 && !matchMedia("(pointer: coarse)").matches) submit(event);
  });
  field.addEventListener("paste", (event) => event.clipboardData.files.length && (event.preventDefault(), add(event.clipboardData.files)));
  const node = h("form", { class: "composer", onsubmit: submit }, chips, clip, field, button(icon("send"), null, { type: "submit", class: "icon", "aria-label": say("send"), title: say("send") }), chooser);
  return {
    node,
    field,
    update: () => (clip.hidden = !talk()?.id),
    dropped: (event) => event.dataTransfer?.files.length && (event.preventDefault(), add(event.dataTransfer.files)),
  };
}
