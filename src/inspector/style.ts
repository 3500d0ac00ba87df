/** Of the panel's shadow tree: nothing of the page's style reaches it, and nothing of it the page. */
export const STYLE = `
:host { all: initial; display: block; box-sizing: border-box; max-width: 48rem; color-scheme: light dark; color: CanvasText; background: Canvas;
  border: 1px solid GrayText; border-radius: 6px; font: 13px/1.45 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: .5rem .75rem; border-bottom: 1px solid GrayText; }
h2 { margin: 0; font-size: 1em; }
output { margin-inline-start: auto; font-variant-numeric: tabular-nums; }
button { font: inherit; padding: .1rem .6rem; cursor: pointer; }
p { margin: 0; padding: .4rem .75rem; white-space: pre-wrap; }
p:empty { display: none; }
meter { width: 8rem; vertical-align: middle; }
ol { margin: 0; padding: 0; max-height: 24rem; overflow: auto; list-style: none; }
li { border-top: 1px solid color-mix(in srgb, GrayText 35%, transparent); }
summary { display: grid; grid-template-columns: 6.5rem 12rem 1fr auto; gap: .5rem; padding: .2rem .75rem; cursor: pointer; font-variant-numeric: tabular-nums; }
@media (max-width: 40rem) { summary { grid-template-columns: 6.5rem 1fr auto; } summary :nth-child(3) { grid-area: 2 / 1 / 3 / 4; } }
summary b { overflow-wrap: anywhere; }
[data-state=delivered] { color: light-dark(#0a6b2d, #7fdc9a); }
[data-state=rejected] { color: light-dark(#b3261e, #ff9d94); font-weight: 600; }
pre { margin: 0; padding: .5rem .75rem; overflow: auto; font: 12px/1.4 ui-monospace, monospace; background: color-mix(in srgb, GrayText 12%, transparent); }
:focus-visible { outline: 2px solid Highlight; outline-offset: -2px; }
`;
