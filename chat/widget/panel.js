/** The opened chat: its frame, the way between its screens, and where the keyboard is. */
import { Chat } from "./chat.js";
import { button, h, icon, iconButton, say, speak } from "./dom.js";
import { home } from "./home.js";
import { Service } from "./service.js";
import { sheet } from "./styles.js";

class Panel {
  constructor(launcher, setup, address) {
    Object.assign(this, { launcher, setup, trail: [], said: launcher.words });
    launcher.shadowRoot.adoptedStyleSheets = [...launcher.shadowRoot.adoptedStyleSheets, sheet];
    launcher.button.append(Object.assign(icon("close"), {}));
    this.chat = new Chat(new Service(address, setup.shop, launcher.getAttribute("identity")), (frame) => this.changed(frame));
    this.title = h("h2", { tabindex: -1, id: "title" });
    this.backwards = iconButton("back", say("back"), () => this.back());
    this.tools = h("span");
    this.status = h("p", { class: "status", role: "status" });
    this.fault = h("p", { class: "fault", role: "alert" });
    this.body = h("div", { class: "body" });
    this.node = h(
      "section",
      { class: "panel", role: "dialog", "aria-labelledby": "title", hidden: true, dir: /^(ar|fa|he|ur)/.test(launcher.locale) ? "rtl" : "ltr", onkeydown: (event) => this.key(event) },
      h("header", {}, this.backwards, this.title, this.tools, iconButton("close", say("close"), () => this.toggle(false))),
      this.status,
      this.body,
      this.fault,
    );
    launcher.frame.prepend(this.node);
    const narrow = matchMedia("(max-width: 480px)");
    // On a phone the panel is the whole page, above the keyboard too; elsewhere the page stays within reach.
    const fit = () => {
      this.node.setAttribute("aria-modal", (this.alone = narrow.matches));
      this.node.style.height = narrow.matches ? `${visualViewport.height}px` : "";
    };
    narrow.addEventListener("change", fit);
    visualViewport?.addEventListener("resize", fit);
    fit();
    document.addEventListener("visibilitychange", () => this.changed());
    this.show(home);
  }

  async toggle(open = this.node.hidden) {
    this.node.hidden = !open;
    this.launcher.frame.classList.toggle("open", open);
    this.launcher.button.setAttribute("aria-expanded", open);
    this.changed();
    if (!open) return this.launcher.button.focus();
    this.focus();
    if (!this.chat.connection) await this.try(() => this.chat.open());
  }

  /** Go to a screen: a function that makes it of this panel and what it is about. */
  show(make, about, instead) {
    if (this.view && !instead) this.trail.push(this.made);
    this.made = [make, about];
    this.fault.textContent = "";
    this.view?.leave?.();
    this.view = make(this, about);
    this.title.textContent = this.view.title;
    this.node.classList.toggle("home", make === home);
    this.backwards.hidden = !this.trail.length;
    this.tools.replaceChildren(...(this.view.tools ?? []));
    this.body.replaceChildren(...this.view.nodes);
    this.changed();
    if (!this.node.hidden) this.focus();
  }

  back() {
    this.show(...(this.trail.pop() ?? [home]), true);
  }

  /** Forget the way here and begin at home. */
  restart() {
    this.trail = [];
    this.show(home, null, true);
  }

  focus() {
    (this.view.first?.isConnected && !this.alone ? this.view.first : this.title).focus();
  }

  changed(frame) {
    const { chat } = this;
    this.status.textContent = chat.connection && chat.state === "offline" ? say("offline") : "";
    this.view?.update?.(frame, !this.node.hidden && !document.hidden);
    this.launcher.count(chat.unread);
    if (!this.node.hidden) this.launcher.name(say("close"));
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

  key(event) {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      this.toggle(false);
    }
    if (event.key !== "Tab" || !this.alone) return;
    const all = [...this.node.querySelectorAll("a, button, input, textarea")].filter((one) => one.checkVisibility());
    const [last, next] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
    if (this.launcher.shadowRoot.activeElement === last) {
      event.preventDefault();
      next.focus();
    }
  }
}

export function make(launcher, setup, address, texts) {
  speak(launcher.locale, texts);
  return new Panel(launcher, setup, address);
}
