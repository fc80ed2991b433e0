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
.panel [hidden] { display: none !important; }
.panel {
  position: fixed; inset: auto 20px calc(88px + var(--lift, 0px)) auto; width: 384px; height: min(660px, 100dvh - 112px); max-width: none; max-height: none; flex-direction: column; padding: 0; border: 0; overflow: hidden;
  border-radius: 16px; background: var(--ground); color: var(--ink); box-shadow: 0 0 0 1px var(--line), 0 12px 48px #1b1f2433; animation: rise .15s ease-out;
  font: 15px/22px system-ui, -apple-system, "Segoe UI", Roboto, "Apple SD Gothic Neo", "Noto Sans KR", "Malgun Gothic", sans-serif;
  word-break: keep-all; overflow-wrap: anywhere; text-align: start; overscroll-behavior: contain;
}
.panel[open] { display: flex; }
.left .panel { right: auto; left: 20px; }
@keyframes rise { from { opacity: 0; transform: translateY(8px); } }
.panel header { display: flex; align-items: center; gap: 4px; min-height: 56px; padding: 6px; border-bottom: 1px solid var(--line); }
.panel header h2 { flex: 1; padding-inline: 12px; font-weight: 600; outline: none; overflow: hidden; text-overflow: ellipsis; }
.panel h2, .panel h3, .panel b, .panel strong { font-weight: 600; }
.panel button, .panel a { cursor: pointer; }
.panel button { min-height: 44px; padding: 8px 16px; border: 1px solid var(--edge); border-radius: 10px; background: none; }
.panel button:hover { background: var(--soft); }
.panel :focus-visible { outline: 2px solid color-mix(in oklab, var(--fill) 50%, var(--ink)); }
.panel svg { width: 22px; height: 22px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.panel .icon { display: grid; place-items: center; min-width: 44px; padding: 0; border: 0; }
.panel .main { border-color: transparent; background: var(--fill); color: var(--on-fill); font-weight: 600; box-shadow: inset 0 0 0 1px #8886; }
.panel .quiet { border: 0; text-decoration: underline; }
.panel small, .meta, .status, .event, .new { font-size: 13px; line-height: 18px; color: var(--muted); }
.body { flex: 1; min-height: 0; display: flex; flex-direction: column; gap: 12px; overflow-y: auto; padding: 16px; }
.status:not(:empty) { padding: 8px 16px; background: var(--soft); }
.panel .fault { color: var(--bad); }
.panel .fault button { min-height: 24px; padding: 0 8px; border: 0; text-decoration: underline; }
.home header { align-items: start; padding: 20px 12px 12px; border: 0; background: var(--fill); color: var(--on-fill); }
.home header h2 { padding-top: 8px; font-size: 22px; line-height: 30px; }
.home header button:hover { background: #8884; }
.home header :focus-visible { outline-color: currentColor; }
.hello { margin: -16px -16px 0; padding: 0 24px 20px; background: var(--fill); color: var(--on-fill); }
.people { display: flex; margin-bottom: 12px; }
.people i { display: grid; place-items: center; width: 36px; height: 36px; margin-inline-end: -6px; border-radius: 50%; background: var(--on-fill); color: var(--fill); box-shadow: 0 0 0 2px var(--fill); font-size: 13px; font-weight: 600; }
.list { display: grid; gap: 8px; }
.panel .choice { display: flex; align-items: center; gap: 12px; width: 100%; padding: 10px 12px; border-color: var(--line); text-align: start; }
.choice b, .choice small { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.choice svg { color: var(--muted); }
.grow { flex: 1; min-width: 0; }
.count { min-width: 22px; border-radius: 11px; padding: 0 6px; background: #b42318; color: #fff; font-size: 13px; text-align: center; }
.panel input, .panel textarea { width: 100%; min-height: 44px; padding: 10px 12px; border: 1px solid var(--edge); border-radius: 10px; background: var(--ground); font-size: 16px; }
.panel ::placeholder { color: var(--muted); opacity: 1; }
[role=search] label { position: relative; }
[role=search] svg { position: absolute; inset-block-start: 11px; inset-inline-start: 12px; color: var(--muted); }
.panel [type=search] { padding-inline-start: 44px; }
.panel [type=checkbox] { width: 24px; min-height: 24px; accent-color: var(--fill); }
.consent { display: flex; flex-flow: row-reverse wrap; justify-content: start; gap: 8px; }
.consent label { flex: 1; }
.talk { flex: 1; min-height: 0; display: flex; flex-direction: column; margin: -16px; }
.log { flex: 1; overflow-y: auto; padding: 16px; display: flex; flex-direction: column; gap: 12px; overscroll-behavior: contain; }
.event { text-align: center; }
.new { display: flex; align-items: center; gap: 8px; color: var(--bad); }
.new::before, .new::after { content: ""; flex: 1; border-top: 1px solid; }
.row { display: flex; flex-direction: column; align-items: start; gap: 4px; max-width: 88%; }
.mine { align-self: end; align-items: end; }
.bubble { padding: 8px 12px; border-radius: 14px; background: var(--soft); }
.bubble > p:only-child { white-space: pre-line; }
.mine .bubble { background: var(--fill); color: var(--on-fill); }
.bubble > * + *, article > * + * { margin-top: 8px; }
.meta i { padding: 0 6px; border: 1px solid; border-radius: 6px; }
.quick button { text-align: start; }
.quick { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 4px; }
.stars { display: flex; justify-content: center; font-size: 22px; }
.card { padding: 10px 12px; border: 1px solid var(--line); border-radius: 10px; }
.panel img { display: block; max-width: 100%; max-height: 220px; border-radius: 10px; }
.foot { padding: 8px 12px 12px; border-top: 1px solid var(--line); }
.foot > p:not(:empty) { padding: 0 4px 8px; }
.composer { display: grid; grid-template-columns: auto 1fr auto; align-items: end; gap: 4px; }
.composer textarea { grid-column: 2; resize: none; }
.chips { grid-column: 1 / -1; }
.chips span { display: flex; align-items: center; gap: 8px; }
.chips img { height: 44px; }
.panel summary { cursor: pointer; height: 44px; list-style: none; }
summary + div { position: absolute; z-index: 1; top: 52px; inset-inline-end: 12px; display: grid; border-radius: 10px; background: var(--ground); box-shadow: 0 0 0 1px var(--line), 0 4px 16px #1b1f2433; }
.panel summary + div button { border: 0; text-align: start; }
article ul, article ol, .bubble ul, .bubble ol { padding-inline-start: 22px; }
article h3 { font-size: 18px; }
article h2 { padding-top: 8px; }
article table { display: block; overflow-x: auto; border-collapse: collapse; }
article td, article th { padding: 4px 8px; border: 1px solid var(--line); text-align: start; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 480px) {
  .panel, .left .panel { inset: 0; width: auto; height: 100dvh; border-radius: 0; }
  .open .launcher { display: none; }
}
@media (prefers-reduced-motion: reduce) { .panel { animation: none; } }
@media print { .panel { display: none; } }
`);
