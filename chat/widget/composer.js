/** Where one writes: text, files by button, paste or drop. A draft stays until it is sent. */
import { h, iconButton, picture, say } from "./dom.js";

/** `talk()` is the conversation or nothing yet, `send(text, files)` takes both. */
export function composer({ chat }, talk, send) {
  const name = () => talk()?.id ?? "new";
  let files = [];
  const field = h("textarea", { rows: 1, maxlength: 4000, "aria-label": say("message"), placeholder: say("message") });
  const chips = h("div", { class: "chips" });
  const chooser = h("input", { type: "file", multiple: true, hidden: true, accept: "image/*,.pdf,.txt", onchange: () => add(chooser) });
  const clip = iconButton("clip", say("attach"), () => chooser.click());
  const submit = async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    const going = files.filter((one) => !one.trouble);
    if (!text && !going[0]) return;
    fill("");
    files = [];
    show();
    field.focus();
    await Promise.all(going.map((one) => one.moving));
    send(text, going.map((one) => one.done).filter(Boolean));
  };
  const node = h("form", { class: "composer", onsubmit: submit }, chips, clip, chooser, field, iconButton("send", say("send"), null, { type: "submit" }));

  /** Put a text into the field and keep it as the draft. */
  const fill = (text) => {
    field.value = chat.drafts[name()] = text;
    chat.keep();
  };
  const show = () =>
    chips.replaceChildren(
      ...files.map((one) => {
        const remove = iconButton("close", say("remove", one.name), () => show((files = files.filter((other) => other !== one))));
        return h("span", { class: one.trouble && "fault" }, one.image && picture(one.image, ""), one.trouble ?? one.name + (one.done ? "" : " …"), remove);
      }),
    );
  const add = (given) => {
    if (!given?.files.length || !talk()) return;
    for (const file of given.files) {
      const one = { name: file.name, image: file.type.startsWith("image/") && URL.createObjectURL(file) };
      one.moving = chat.upload(talk(), file).then((done) => (one.done = done), ({ status, message }) => (one.trouble = `${one.name}: ${(status && message) || say("not_sent")}`)).then(show);
      files.push(one);
    }
    chooser.value = "";
    show();
    return true;
  };
  const take = (event) => add(event.clipboardData ?? event.dataTransfer) && event.preventDefault();
  field.addEventListener("paste", take);
  field.addEventListener("input", () => {
    fill(field.value);
    if (field.value && talk()) chat.typing(talk());
  });
  // A syllable that is still being put together is not sent; on a touch keyboard Enter is a new line.
  field.addEventListener("keydown", (event) => event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229 && matchMedia("(pointer: fine)").matches && submit(event));
  field.value = chat.drafts[name()] ?? "";
  return { node, field, fill, take, update: () => (clip.hidden = !talk()) };
}
