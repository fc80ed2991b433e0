/** Fields with their names and their faults beside them. */
import { button, h, say } from "./dom.js";

const KINDS = {
  name: { autocomplete: "name", maxlength: 200 },
  email: { type: "email", autocomplete: "email", maxlength: 254 },
  order_number: { autocomplete: "off", maxlength: 50 },
  code: { inputmode: "numeric", autocomplete: "one-time-code", maxlength: 12 },
  comment: { maxlength: 2000 },
};

/** A form of those fields, `{name: "required" or "optional"}`; `done` hears what was filled in. */
export function form(wanted, label, done, { consent, values = {} } = {}) {
  const rows = Object.entries(wanted).map(([name, wish]) => field(name, wish === "required", values[name]));
  if (consent) rows.push(field("consent", true, "", consent));
  const submit = (event) => {
    event.preventDefault();
    const wrong = rows.filter((row) => !row.check());
    if (wrong.length) return wrong[0].input.focus();
    const given = rows.map(({ input }) => [input.name, input.type === "checkbox" ? input.checked : input.value.trim()]);
    done(Object.fromEntries(given.filter(([, value]) => value)));
  };
  return h("form", { class: "form", novalidate: true, onsubmit: submit }, rows.map((row) => row.node), button(label, null, { class: "main", type: "submit" }));
}

function field(name, required, value, consent) {
  const input = h("input", { name, value, required, "aria-required": required, "aria-describedby": `${name}-fault`, ...(consent ? { type: "checkbox" } : KINDS[name]) });
  const fault = h("small", { id: `${name}-fault`, class: "fault" });
  const text = h("span", {}, consent ?? say(name), !required && h("small", {}, ` (${say("optional")})`));
  const check = () => {
    const good = input.checkValidity();
    input.setAttribute("aria-invalid", !good);
    fault.textContent = good ? "" : say(input.value ? "needed_email" : "needed");
    return good;
  };
  return { input, check, node: h("label", { class: consent && "consent" }, consent ? [input, text] : [text, input], fault) };
}
