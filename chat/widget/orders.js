/** The shopper's own orders, and the way to prove that one is theirs: a code to the address on it. */
import { conversation } from "./conversation.js";
import { button, h, link, say } from "./dom.js";
import { form } from "./forms.js";

export function orders(panel) {
  const { chat } = panel;
  const body = h("div", { class: "list" });
  /** Ask at an address of one's orders, and show what was answered. */
  const ask = (method, rest, shown, given) =>
    panel.try(async () => {
      body.replaceChildren(...shown(await chat.service.ask(method, `api/customers/${panel.setup.shop}/${rest}`, given)));
      body.querySelector("input")?.focus();
    });
  const find = () => [h("p", {}, say("find_why")), form({ order_number: "required", email: "required" }, say("send_code"), (given) => ask("POST", "codes", code, given), chat.shopper)];
  const code = ({ code_id }) => [h("p", { role: "status" }, say("code_sent")), form({ code: "required" }, say("find_order"), (given) => ask("POST", `codes/${code_id}`, proven, given)), other()];
  const other = () => button(say("other_order"), () => body.replaceChildren(...find()));
  const list = (said) => [...said.orders.map((order) => card(panel, order)), !said.orders[0] && h("p", {}, say("no_orders")), other()].filter(Boolean);
  const proven = (said) => {
    chat.shopper.proven = true;
    return list(said);
  };
  if (chat.shopper.proven) ask("GET", "orders", list);
  else body.append(...find());
  return { title: say(chat.shopper.proven ? "my_orders" : "find_order"), nodes: [body] };
}

/** What the shopper may know of an order; a bot's turn shows it too. */
export const card = (panel, { number, state, placed, total, items = [], parcels = [], links = [] }, inTurn) =>
  h(
    "div",
    { class: "card" },
    h("b", {}, say("order", number)),
    h("p", { class: "meta" }, [state, placed, total].filter(Boolean).join(" · ")),
    items.map((one) => h("p", {}, one.name ? `${one.name} × ${one.quantity}` : one)),
    parcels.map((one) => h("p", {}, `${one.carrier} ${one.number}`)),
    links.map((one) => h("p", {}, link(one.address, one.title))),
    !inTurn && button(say("ask_order"), () => panel.show(conversation, { order_number: number })),
  );
