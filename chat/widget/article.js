/** An article of the help centre, read inside the chat; and whether it helped. */
import { named } from "./chat.js";
import { conversation } from "./conversation.js";
import { button, clean, h, link, say } from "./dom.js";

/** `address` is where the article stands in the help centre, `…/{locale}/{slug}`. */
export function article(panel, address) {
  const { service, settings } = panel.chat;
  const { href, pathname } = new URL(address, service.address);
  const body = h("article");
  service.help(settings.help.address + pathname.replace(/.*(\/[^/]+\/[^/]+)$/, "/articles$1")).then(
    (found) => {
      body.lang = found.locale;
      body.replaceChildren(h("h3", {}, found.title), ...clean(found.html, href), vote(panel, found));
    },
    () => body.replaceChildren(link(href, href)),
  );
  return { title: panel.setup.name, nodes: [body, button(say("new"), () => panel.show(conversation), { class: "choice" })] };
}

function vote(panel, { article_id, locale }) {
  const { service, settings } = panel.chat;
  const answer = (name, helped) =>
    button(say(name), () => {
      asked.textContent = say("thanks");
      service.help(`${settings.help.address}/votes`, { article_id, locale, helped, key: (panel.voting ??= named()) }).catch(() => 0);
    });
  const asked = h("p", { class: "meta", role: "status", lang: panel.launcher.locale }, say("helped"), " ", answer("yes", true), " ", answer("no", false));
  return asked;
}
