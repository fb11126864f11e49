"""How a report looks: on a screen, light or dark, on a telephone and on paper."""

# Pictures are drawn on white and keep that ground in the dark, as paper does.
STYLE = """
:root { color-scheme: light dark; --ink: #222; --quiet: #595959; --paper: #fff;
  --line: #d0d0d0; --ground: #f3f6f9; --mark: #0072b2; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6e6; --quiet: #a8adb3; --paper: #16181b; --line: #44484d;
    --ground: #20252b; --mark: #58b4e9; }
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1rem; }
h1, h2 { line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.35rem; }
p, li { max-width: 42rem; overflow-wrap: anywhere; }
h1 + section { background: var(--ground); border-left: 0.25rem solid var(--mark);
  padding: 1rem 1.25rem; }
h1 + section h2 { margin-top: 0; }
ul { margin: 0; padding-left: 1.1rem; }
li + li { margin-top: 0.5rem; }
dl { display: grid; grid-template-columns: fit-content(50%) 1fr; gap: 0.25rem 1.5rem; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
.exhibits { display: flex; flex-wrap: wrap; gap: 1.5rem 2rem; margin-top: 1rem; }
figure { margin: 0; max-width: 100%; }
figure div { overflow-x: auto; }
figcaption { margin-top: 0.35rem; max-width: 42rem; color: var(--quiet);
  font-size: 0.9rem; line-height: 1.4; overflow-wrap: anywhere; }
img { display: block; max-width: 100%; height: auto; background: #fff;
  border-radius: 0.25rem; }
summary { cursor: pointer; margin-top: 2.5rem; }
summary h2 { display: inline; margin: 0; }
details[open] summary { margin-bottom: 0.75rem; }
.table { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-size: 0.95rem; }
th, td { padding: 0.35rem 0.75rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { padding-left: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
@media screen and (max-width: 40rem) {
  /* Wide pictures are scrolled sideways rather than shrunk beyond reading. */
  .wide img { max-width: none; }
}
@media print {
  :root { --ink: #000; --paper: #fff; }
  main { max-width: none; padding: 0; }
  figure, tr { break-inside: avoid; }
}
"""
