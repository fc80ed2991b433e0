/** The opened chat: its frame, the way between its screens, and where the keyboard is. */
import { Chat } from "./chat.js";
import { button, h, icon, iconButton, say, speak } from "./dom.js";
import { home } from "./home.js";
import { Service } from "./service.js";
import { sheet } from "./styles.js";

class Panel {
  constructor(launcher, setup, address) {
    Object.assign(this, { launcher, setup, trail: [] });
    launcher.shadowRoot.adoptedStyleSheets.push(sheet);
    launcher.button.append(icon("close"));
    const service = new Service(address, setup.shop, launcher.getAttribute("identity"));
    this.chat = new Chat(service, (frame) => this.changed(frame));
    this.title = h("h2", { tabindex: -1, id: "title" });
    this.backwards = iconButton("back", say("back"), () => this.show(...(this.trail.pop() ?? [home]), true));
    this.tools = h("span");
    this.body = h("div", { class: "body" });
    this.status = h("p", { class: "status", role: "status" });
    this.fault = h("p", { class: "status fault", role: "alert" });
    this.node = h(
      "dialog",
      { class: "panel", "aria-labelledby": "title", onkeydown: ({ key, isComposing }) => key === "Escape" && !isComposing && this.node.close(), onclose: () => this.turned() },
      h("header", {}, this.backwards, this.title, this.tools, iconButton("close", say("close"), () => this.toggle())),
      this.body,
      this.status,
      this.fault,
    );
    launcher.frame.prepend(this.node);
    document.addEventListener("visibilitychange", () => this.changed());
    this.show(home);
  }

  /** Open or close. On a phone the chat is all there is; elsewhere the page stays within reach. */
  async toggle(open = !this.node.open) {
    if (open === this.node.open) return;
    if (!open) return this.node.close();
    this.node[matchMedia("(max-width: 480px)").matches ? "showModal" : "show"]();
    this.turned();
    if (!this.chat.connection) await (this.opening = this.try(() => this.chat.open()));
  }

  /** It was opened or closed, whoever did it. */
  turned() {
    const { open } = this.node;
    this.launcher.frame.classList.toggle("open", open);
    this.launcher.button.setAttribute("aria-expanded", open);
    this.changed();
    if (open) this.focus();
    else this.launcher.button.focus();
  }

  /** Go to a screen: a function that makes it of this panel and what it is about. */
  show(make, about, back) {
    if (this.view && !back) this.trail.push(this.made);
    this.made = [make, about];
    this.view = make(this, about);
    this.fault.textContent = "";
    this.title.textContent = this.view.title;
    this.node.classList.toggle("home", make === home);
    this.backwards.hidden = !this.trail.length;
    this.tools.replaceChildren(...(this.view.tools ?? []));
    this.body.replaceChildren(...this.view.nodes);
    this.changed();
    if (this.node.open) this.focus();
  }

  focus() {
    (matchMedia("(pointer: fine)").matches && this.view.first?.isConnected ? this.view.first : this.title).focus();
  }

  changed(frame) {
    const { open } = this.node;
    this.status.textContent = this.chat.offline ? say("offline") : "";
    this.view.update?.(frame, open && !document.hidden);
    this.launcher.count(this.chat.unread);
    if (open) this.launcher.name(say("close"));
  }

  /** Do it, and say so when it did not work. */
  async try(action) {
    this.fault.textContent = "";
    try {
      return await action();
    } catch (trouble) {
      this.fault.append((trouble.status && trouble.message) || say("wrong"), button(say("retry"), () => this.try(action)));
    }
  }
}

export function make(launcher, setup, address, texts) {
  speak(launcher.locale, texts);
  return new Panel(launcher, setup, address);
}
