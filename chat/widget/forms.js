/** Fields with their names, and their faults beside them. */
import { button, h, say } from "./dom.js";

const KINDS = {
  name: { autocomplete: "name" },
  email: { type: "email", autocomplete: "email" },
  code: { inputmode: "numeric", autocomplete: "one-time-code" },
  consent: { type: "checkbox" },
};

/** A form of those fields, `{name: "required" or "optional"}`; `done` hears what was filled in. `consent` is a line to agree to. */
export function form(wanted, label, done, values = {}, consent) {
  const rows = Object.entries(consent ? { ...wanted, consent: "required" } : wanted).map(([name, wish]) => {
    const required = wish === "required";
    const input = h("input", { name, id: name, required, value: values[name], maxlength: 200, "aria-describedby": `${name}-fault`, ...KINDS[name] });
    const fault = h("small", { id: `${name}-fault`, class: "fault" });
    const text = h("label", { for: name }, name === "consent" ? consent : say(name), !required && h("small", {}, ` (${say("optional")})`));
    return { input, fault, node: h("div", { class: name }, text, input, fault) };
  });
  const submit = (event) => {
    event.preventDefault();
    const wrong = rows.filter(({ input, fault }) => {
      fault.textContent = input.validity.valid ? "" : say(input.validity.typeMismatch ? "needed_email" : "needed");
      input.setAttribute("aria-invalid", !input.validity.valid);
      return fault.textContent;
    });
    if (wrong[0]) wrong[0].input.focus();
    else done(Object.fromEntries(rows.map(({ input }) => [input.name, input.checked || input.value.trim()]).filter(([, value]) => value)));
  };
  return h("form", { class: "list", novalidate: true, onsubmit: submit }, rows.map(({ node }) => node), button(label, null, { class: "main", type: "submit" }));
}
