#include "report/html/style.h"

namespace hitbench::html {

// The eight colors are those of Okabe and Ito (jfly.uni-koeln.de/color, 2008), which color-blind people tell apart,
// darker on white and lighter on black until each has a contrast of 3 to 1; yellow and black gave way to brown and
// gray.
const char* const kStyle = R"css(
:root { color-scheme: light dark; --text: #1c2024; --muted: #5a636b; --page: #fff; --panel: #f6f8f9; --rule: #d9dfe3;
  --good: #00663f; --bad: #b3261e; --doubtful: #8a5a00; --link: #0b5cad; --shade: #68737c29;
  --c0: #0072b2; --c1: #d55e00; --c2: #00875f; --c3: #b0538e; --c4: #b98700; --c5: #2795cf; --c6: #68737c;
  --c7: #7b4a21 }
@media screen and (prefers-color-scheme: dark) {
  :root { --text: #e4e8eb; --muted: #a3adb5; --page: #14171a; --panel: #1c2125; --rule: #343b41;
    --good: #4cd19c; --bad: #ff8a80; --doubtful: #f0c057; --link: #7ab8ff; --shade: #a3adb52e;
    --c0: #4f9fe8; --c1: #ff8643; --c2: #2fc493; --c3: #e493c4; --c4: #ecc04a; --c5: #8fd6f8; --c6: #a3adb5;
  --c7: #cf9d74 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 1140px; margin: 0 auto; padding: 20px 16px 48px }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .4em 0 .5em }
h2 { font-size: 1.1rem; margin: 1.5em 0 .4em }
h3 { font-size: .9rem; font-weight: 600; margin: 0 0 6px; overflow-wrap: anywhere }
p, li, dd { overflow-wrap: anywhere }
p { margin: .4em 0 }
.answer { font-size: 1.1rem; border-left: 4px solid var(--link); padding: 2px 0 2px 12px; margin: .8em 0 }
.small, footer p { color: var(--muted); font-size: .88rem }
.good { color: var(--good) } .bad { color: var(--bad) } .doubtful { color: var(--doubtful) }
.findings { margin: .4em 0; padding-left: 20px }
.findings li { margin: .15em 0 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: .6em 0 }
dt { color: var(--muted) } dd { margin: 0 }
details { border-top: 1px solid var(--rule); padding: 2px 0 }
summary { cursor: pointer; padding: 6px 0 }
summary h2 { display: inline; margin: 0 }
figure details { border: 0; margin-top: 4px; font-size: .88rem }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
.scroll { overflow-x: auto; margin: .4em 0 }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .88rem }
th, td { padding: 3px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--rule) }
th { font-weight: 600 }
thead th { color: var(--muted); vertical-align: bottom; white-space: normal }
tr > :first-child { text-align: left; padding-left: 0 }
tr > th.indented { padding-left: 1.4em }
tbody th { font-weight: 400 }
tbody tr:hover { background: var(--panel) }
meter { width: 90px }
figure { margin: 0 0 8px }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); gap: 12px }
.panel { background: var(--panel); border: 1px solid var(--rule); border-radius: 6px; padding: 10px 12px;
  min-width: 0 }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 6px 0 8px; padding: 0;
  font-size: .88rem }
.key { width: 28px; height: 10px; margin-right: 6px; vertical-align: middle }
.chart { display: block; width: 100%; max-width: 640px; height: auto; margin: 0 auto;
  font: 12px system-ui, sans-serif }
.chart text { fill: var(--muted) }
.chart .name, .chart .end:not(.note) { fill: var(--text) }
.chart .middle { text-anchor: middle } .chart .end { text-anchor: end }
.grid { fill: none; stroke: var(--rule) }
.shade { fill: var(--shade) } .track { fill: var(--rule); opacity: .45 }
.c0 { --c: var(--c0) } .c1 { --c: var(--c1) } .c2 { --c: var(--c2) } .c3 { --c: var(--c3) }
.c4 { --c: var(--c4) } .c5 { --c: var(--c5) } .c6 { --c: var(--c6) } .c7 { --c: var(--c7) }
.line { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round }
.d1 { stroke-dasharray: 7 3 } .d2 { stroke-dasharray: 2 2.5 } .d3 { stroke-dasharray: 9 3 2 3 }
.band { fill: var(--c); opacity: .16 }
.fill { fill: var(--c) }
.dot { fill: var(--c); opacity: .45 }
.dots { fill: none; stroke: var(--c); stroke-width: 4; stroke-linecap: round; opacity: .4 }
.moment { fill: none; stroke: var(--muted); stroke-dasharray: 3 3 }
.ring { fill: var(--panel); stroke: var(--c); stroke-width: 2 }
.interval { stroke: var(--c); stroke-width: 3; fill: none; opacity: .7 }
.heat { fill: none; stroke: var(--c0) }
.h1 { opacity: .14 } .h2 { opacity: .32 } .h3 { opacity: .52 } .h4 { opacity: .76 }
.limit { stroke: var(--bad); stroke-dasharray: 5 3; fill: none }
pre { background: var(--panel); border: 1px solid var(--rule); border-radius: 6px; padding: 8px 12px;
  overflow-x: auto; font-size: .85rem }
pre.wrap { white-space: pre-wrap; overflow-wrap: anywhere }
a { color: var(--link) }
.button { display: inline-block; border: 1px solid var(--link); border-radius: 6px; padding: 5px 14px;
  margin: 6px 0; text-decoration: none }
@media (max-width: 600px) {
  h1 { font-size: 1.3rem } h2 { font-size: 1rem } main { padding: 10px 10px 32px }
  .panel { padding: 8px 6px } .chart { font-size: 14px }
  dl { grid-template-columns: 1fr } }
@media print {
  :root { color-scheme: light } main { max-width: none; padding: 0 } .button { display: none }
  details::details-content { content-visibility: visible; display: block; height: auto }
  .panel, tr { break-inside: avoid }
}
)css";

}  // namespace hitbench::html
