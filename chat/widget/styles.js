/** How the opened chat looks; the tokens are those of every surface of the product. */
export const sheet = new CSSStyleSheet();
sheet.replaceSync(`
.right, .left {
  --ink: light-dark(#1b1f24, #e7eaee); --muted: light-dark(#5b6470, #a3adb8); --line: light-dark(#e3e6ea, #2c3238);
  --edge: light-dark(#868f9b, #727c88); --ground: light-dark(#fff, #1b1f24); --soft: light-dark(#f3f5f7, #272d34); --bad: light-dark(#b42318, #f58a7f);
}
.open .launcher > :first-child, .launcher svg:last-child { display: none; }
.open .launcher svg:last-child { display: block; }
.panel, .panel * { box-sizing: border-box; margin: 0; font: inherit; color: inherit; }
.panel {
  position: fixed; inset: auto 20px calc(88px + var(--lift, 0px)) auto; width: 384px; height: min(660px, 100dvh - 112px); max-width: none; max-height: none; padding: 0; border: 0;
  overflow: hidden; border-radius: 16px; background: var(--ground); color: var(--ink); box-shadow: 0 0 0 1px var(--line), 0 12px 48px #1b1f2433; animation: rise .15s;
  font: 15px/22px system-ui, "Noto Sans KR", "Malgun Gothic", sans-serif; word-break: keep-all; overflow-wrap: anywhere; text-align: start;
}
.panel[open], .body, .talk, .log, .row { display: flex; flex-direction: column; gap: 12px; }
.panel[open] { gap: 0; }
.panel header, .people, .quick, .chips span, .panel .choice { display: flex; align-items: center; gap: 8px; }
.list, .panel .icon, summary + div { display: grid; gap: 8px; }
.panel .icon, .people i { place-items: center; min-width: 44px; padding: 0; border: 0; }
.panel [hidden] { display: none !important; }
.left .panel { right: auto; left: 20px; }
@keyframes rise { from { opacity: 0; transform: translateY(8px); } }
.panel header { padding: 6px; border-bottom: 1px solid var(--line); }
.panel header h2 { flex: 1; padding-inline: 12px; outline: none; overflow: hidden; }
.panel h2, .panel h3, .panel b, .panel strong, .panel .main { font-weight: 600; }
.panel button { min-height: 44px; padding: 8px 16px; border: 1px solid var(--edge); border-radius: 10px; background: none; text-align: start; }
.panel button, .panel summary { cursor: pointer; }
.panel button:hover { background: var(--soft); }
.panel :focus-visible { outline: 2px solid color-mix(in oklab, var(--fill), var(--ink)); }
.panel svg { width: 22px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.panel .main, .mine .bubble, .home header, .hello { border-color: transparent; background: var(--fill); color: var(--on-fill); }
.panel .main { text-align: center; box-shadow: inset 0 0 0 1px #8886; }
.panel .quiet, .panel .fault button { border: 0; text-decoration: underline; }
.panel small, .meta, .status, .event, .new { font-size: 13px; line-height: 18px; color: var(--muted); }
.body, .log { flex: 1; min-height: 0; overflow-y: auto; padding: 16px; overscroll-behavior: contain; }
.status:not(:empty) { padding: 8px 16px; }
.panel .fault { color: var(--bad); }
.panel .fault button { min-height: 24px; padding: 0 8px; }
.home header { align-items: start; padding: 20px 12px 12px; }
.home header h2 { padding-top: 8px; font-size: 22px; line-height: 30px; }
.home header button:hover { background: #8884; }
.home header :focus-visible { outline-color: currentColor; }
.hello { margin: -16px -16px 0; padding: 0 24px 20px; }
.people { padding-bottom: 12px; }
.people i { display: grid; min-width: 36px; height: 36px; margin-inline-end: -14px; border-radius: 50%; background: var(--on-fill); color: var(--fill); box-shadow: 0 0 0 2px var(--fill); font-size: 13px; }
.panel .choice { width: 100%; border-color: var(--line); }
.choice span { flex: 1; }
.choice b, .choice small { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.panel .count { border-radius: 10px; padding: 0 8px; background: #b42318; color: #fff; }
.panel input, .panel textarea { width: 100%; min-height: 44px; padding: 10px 12px; border: 1px solid var(--edge); border-radius: 10px; background: var(--ground); font-size: 16px; }
.panel ::placeholder { color: var(--muted); }
[role=search] label { position: relative; }
[role=search] svg { position: absolute; top: 10px; inset-inline-start: 12px; color: var(--muted); }
.panel [type=search] { padding-inline-start: 44px; }
.panel [type=checkbox] { width: 24px; min-height: 24px; accent-color: var(--fill); }
.consent { display: flex; flex-flow: row-reverse wrap; gap: 8px; }
.consent label { flex: 1; }
.talk { flex: 1; min-height: 0; margin: -16px; gap: 0; }
.event { text-align: center; }
.event::first-letter { text-transform: uppercase; }
.new { color: var(--bad); border-bottom: 1px solid; }
.row { align-items: start; gap: 4px; max-width: 88%; }
.mine { align-self: end; align-items: end; }
.bubble { padding: 8px 12px; border-radius: 14px; background: var(--soft); }
.bubble > p:only-child { white-space: pre-line; }
.bubble > * + *, .panel article > * + * { margin-top: 8px; }
.meta i { padding: 0 6px; border: 1px solid; border-radius: 6px; }
.quick { flex-wrap: wrap; }
.event .quick { justify-content: center; font-size: 22px; }
.card { padding: 10px 12px; border: 1px solid var(--line); border-radius: 10px; }
.panel img { display: block; max-width: 100%; max-height: 220px; border-radius: 10px; }
.foot { padding: 8px 12px 12px; border-top: 1px solid var(--line); }
.foot > p:not(:empty) { padding: 0 4px 8px; }
.composer { display: grid; grid-template-columns: auto 1fr auto; align-items: end; gap: 4px; }
.composer textarea { grid-column: 2; resize: none; field-sizing: content; max-height: 140px; }
.chips { grid-column: 1 / -1; }
.chips img { height: 44px; }
.panel summary { height: 44px; list-style: none; }
summary + div { position: absolute; z-index: 1; top: 52px; inset-inline-end: 12px; gap: 0; border-radius: 10px; background: var(--ground); box-shadow: 0 0 0 1px var(--line), 0 4px 16px #1b1f2433; }
.panel summary + div button { border: 0; }
.panel ul, .panel ol { padding-inline-start: 22px; }
.panel article h3 { font-size: 18px; }
article table { display: block; overflow-x: auto; border-collapse: collapse; }
article td, article th { padding: 4px 8px; border: 1px solid var(--line); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 480px) {
  .panel, .left .panel { inset: 0; width: auto; height: 100dvh; border-radius: 0; }
  .open .launcher { display: none; }
}
@media (prefers-reduced-motion) { .panel { animation: none; } }
`);
