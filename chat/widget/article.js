/** An article of the help centre, read inside the chat; and whether it helped. */
import { conversation } from "./conversation.js";
import { button, clean, h, link, say } from "./dom.js";

/** `address` is where the article stands in the help centre, `…/{locale}/{slug}`. */
export function article(panel, address) {
  const { service, settings } = panel.chat;
  const body = h("article", {}, say("loading"));
  const view = { title: "", nodes: [body, button(say("still"), () => panel.show(conversation), { class: "choice" })] };
  const [locale, slug] = new URL(address, service.address).pathname.split("/").slice(-2);
  service.help(`${settings.help.address}/articles/${locale}/${slug}`).then(
    (found) => {
      body.replaceChildren(h("h3", {}, found.title), ...clean(found.html, service.address), vote(panel, found));
      body.lang = found.locale;
    },
    () => body.replaceChildren(say("not_found"), " ", link(new URL(address, service.address), address)),
  );
  return view;
}

function vote(panel, { article_id, locale }) {
  const { service, settings } = panel.chat;
  const asked = h("p", { class: "vote", role: "status", lang: panel.launcher.locale }, say("helped"));
  const answer = (label, helped) =>
    button(label, () => {
      asked.textContent = say("thanks");
      service.help(`${settings.help.address}/votes`, { article_id, locale, helped, key: (panel.voting ??= crypto.randomUUID()) }).catch(() => 0);
    });
  asked.append(answer(say("yes"), true), answer(say("no"), false));
  return asked;
}
