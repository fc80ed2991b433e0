/** The shopper's own orders, and the way to prove that one is theirs: a code to the address on it. */
import { conversation } from "./conversation.js";
import { button, h, link, safe, say } from "./dom.js";
import { form } from "./forms.js";

export function orders(panel) {
  const { chat } = panel;
  const body = h("div", { class: "list" });
  const path = `api/customers/${panel.setup.shop}/`;
  const ask = (method, rest, given) => panel.try(() => chat.service.ask(method, path + rest, given));
  const put = (...nodes) => body.replaceChildren(...nodes);
  const find = () =>
    put(
      h("p", {}, say("find_why")),
      form({ order_number: "required", email: "required" }, say("send_code"), async (given) => {
        const said = await ask("POST", "codes", given);
        if (said) code(said.code_id);
      }, { values: { email: chat.shopper.email } }),
    );
  const code = (id) => {
    put(
      h("p", { role: "status" }, say("code_sent")),
      form({ code: "required" }, say("show_order"), async (given) => {
        const said = await ask("POST", `codes/${id}`, given);
        if (!said) return;
        chat.shopper.proven = true;
        list(said.orders);
      }),
      button(say("other_order"), find),
    );
    body.querySelector("input").focus();
  };
  const list = (found) => put(...(found.length ? found.map((one) => card(panel, one)) : [h("p", {}, say("no_orders"))]), button(say("other_order"), find));
  if (chat.shopper.proven) ask("GET", "orders").then((said) => said && list(said.orders));
  else find();
  return { title: say(chat.shopper.proven ? "my_orders" : "find_order"), nodes: [body] };
}

/** What the shopper may know of an order; a bot's turn shows it too. */
export function card(panel, order) {
  const parcels = order.parcels ?? [];
  return h(
    "div",
    { class: "card" },
    h("b", {}, say("order", { number: order.number })),
    h("p", { class: "meta" }, [order.state, order.placed, order.total].filter(Boolean).join(" · ")),
    (order.items ?? []).map((item) => h("p", {}, item.name ? `${item.name} × ${item.quantity}` : `${item}`)),
    parcels.map((one) => (safe(one.address) ? h("p", {}, link(safe(one.address), `${one.carrier} ${one.number}`)) : h("p", {}, `${one.carrier} ${one.number}`))),
    (order.links ?? []).map((one) => safe(one.address) && h("p", {}, link(safe(one.address), one.title))),
    panel && button(say("ask_order"), () => panel.show(conversation, { order_number: order.number })),
  );
}
