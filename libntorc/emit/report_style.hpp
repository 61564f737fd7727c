// emit/report_style.hpp - how the page of a report looks.
#pragma once

#include <string_view>

namespace ntorc::emit {

inline constexpr std::string_view kReportStyle = R"css(
:root { color-scheme: light dark;
  --page: #ffffff; --panel: #f6f8fa; --ink: #16202b; --soft: #586472; --line: #dfe4ea; --faint: #edf0f3;
  --layers: #2563a8; --nodes: #2f9e8f; --fifos: #d69a2d; --glue: #8d97a3; --pace: #c2410c; --good: #1a7f4b;
  --bad: #b42318 }
@media (prefers-color-scheme: dark) { :root {
  --page: #14181d; --panel: #1b2128; --ink: #e7ebf0; --soft: #9ba7b4; --line: #303842; --faint: #232a32;
  --layers: #6fb1f5; --nodes: #5cc4b0; --fifos: #e2ad56; --glue: #7a8593; --pace: #fb923c; --good: #4cc38a;
  --bad: #f97066 } }
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body { margin: 0 auto; max-width: 72rem; padding: 2.5rem 1.5rem 4rem; background: var(--page); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; letter-spacing: -.015em; overflow-wrap: anywhere }
h2 { margin: 3rem 0 .75rem; font-size: 1.2rem; line-height: 1.3; letter-spacing: -.005em }
h3 { margin: 1.75rem 0 .5rem; font-size: 1rem }
p { margin: .5rem 0; max-width: 46rem; overflow-wrap: anywhere }
.lead { font-size: 1.05rem; margin-top: .6rem }
.soft { color: var(--soft) }
.small { font-size: .87rem }
header .soft { margin: 0 }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(13.5rem, 1fr)); gap: .75rem; margin: 1.75rem 0 1rem }
.figures > div { background: var(--panel); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1.05rem 1rem }
.figures dt { color: var(--soft); font-size: .85rem }
.figures dd { margin: 0 }
.figures .value { font-size: 1.6rem; font-weight: 600; line-height: 1.3; letter-spacing: -.02em; overflow-wrap: anywhere }
.figures .note { color: var(--soft); font-size: .85rem; line-height: 1.45; overflow-wrap: anywhere }
.verdict { border-left: 3px solid var(--good); padding: .15rem 0 .15rem .9rem }
.verdict.open { border-color: var(--fifos) }
.verdict.none { border-color: var(--bad) }
.scroll { overflow-x: auto; margin: .75rem -1.5rem; padding: 0 1.5rem }
table { border-collapse: collapse; width: 100%; font-size: .87rem; line-height: 1.4 }
th, td { padding: .4rem .55rem; text-align: right; white-space: nowrap; vertical-align: top;
  border-bottom: 1px solid var(--faint) }
th:first-child, td:first-child { padding-left: 0 }
th:last-child, td:last-child { padding-right: 0 }
th { font-weight: 600 }
thead th { color: var(--soft); font-weight: 500; vertical-align: bottom; border-bottom: 1px solid var(--line) }
tbody th { font-weight: 500 }
.text { text-align: left }
.name { text-align: left; max-width: 24rem; overflow-wrap: break-word; white-space: normal; min-width: 6.5rem }
.wrap { white-space: normal; min-width: 16rem }
.range { display: block; font-weight: 400; color: var(--soft); font-size: .78rem }
.none { color: var(--soft) }
tr.sum th, tr.sum td { font-weight: 600; border-top: 1px solid var(--line) }
tr.group th { padding-top: 1.2rem; color: var(--soft); font-weight: 500; border-bottom: 1px solid var(--line) }
.weak { white-space: nowrap }
.weak::before { content: "\25B2\00A0"; color: var(--fifos); font-size: .75em }
.share { width: 38% ; min-width: 9rem }
.bar { display: flex; height: .8rem; margin-top: .22rem; border-radius: .25rem; overflow: hidden; background: var(--faint);
  -webkit-print-color-adjust: exact; print-color-adjust: exact }
.bar span { height: 100% }
.key { display: inline-block; width: .7rem; height: .7rem; border-radius: .15rem; margin-right: .4rem;
  -webkit-print-color-adjust: exact; print-color-adjust: exact }
.layers { background: var(--layers) } .nodes { background: var(--nodes) } .fifos { background: var(--fifos) }
.glue { background: var(--glue) } .paced { background: var(--pace) }
.paler { background: var(--layers); opacity: .35 }
.line { width: 0; border-left: 2px dotted var(--ink); border-radius: 0; opacity: .6 }
.legend { display: flex; flex-wrap: wrap; gap: .15rem 1.3rem; padding: 0; margin: .5rem 0; list-style: none; color: var(--soft);
  font-size: .87rem; max-width: none }
.legend li { display: inline-flex; align-items: center }
ul.plain { padding-left: 1.1rem; max-width: 50rem }
ul.plain li { margin: .3rem 0; overflow-wrap: anywhere }
.over { color: var(--bad) }
.timeline { display: grid; grid-template-columns: auto minmax(0, 1fr); margin: 1rem 0 0 }
.timeline svg { display: block; overflow: visible }
.timeline text { font-size: 12px; fill: var(--ink) }
.timeline text.pace { font-weight: 600 }
.timeline text.mark { fill: var(--soft); font-size: 11px }
.timeline .grid { stroke: var(--faint) }
.timeline .works rect, .timeline .waits rect { fill: var(--layers) }
.timeline .works line, .timeline .waits line { stroke: var(--layers); stroke-width: 2 }
.timeline .waits rect { opacity: .35 } .timeline .waits line { opacity: .6 }
.timeline g rect.pace { fill: var(--pace); opacity: 1 }
.timeline .barrier { stroke: var(--ink); stroke-opacity: .55; stroke-width: 1.5; stroke-dasharray: 2 3 }
svg.front { display: block; width: 100%; max-width: 800px; height: auto; margin: 1rem 0; border: 1px solid var(--line);
  border-radius: .6rem }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .85rem }
@media (max-width: 40rem) {
  body { padding: 1.5rem 1rem 3rem }
  h1 { font-size: 1.5rem }
  h2 { margin-top: 2.25rem }
  .figures { grid-template-columns: 1fr 1fr; gap: .5rem }
  .figures > div { padding: .7rem .8rem .8rem }
  .figures .value { font-size: 1.2rem }
  .wide { display: none }
  .scroll { margin: .75rem 0; padding: 0 }
  .scroll th:first-child { position: sticky; left: 0; background: var(--page) }
  svg.front { width: 38rem; max-width: none }
  .share { min-width: 6rem }
}
@media print {
  :root { --page: #ffffff; --panel: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --faint: #dddddd;
    --layers: #2563a8; --nodes: #2f9e8f; --fifos: #d69a2d; --glue: #8d97a3; --pace: #c2410c }
  @page { margin: 14mm 12mm }
  body { padding: 0; max-width: none; font-size: 9.5pt }
  .scroll { overflow: visible; margin: .5rem 0; padding: 0 }
  table { font-size: 8pt } .range { font-size: 7pt } th, td { padding: .22rem .35rem }
  .figures { grid-template-columns: repeat(4, 1fr) }
  .figures .value { font-size: 1.15rem }
  h2 { margin-top: 1.6rem; break-after: avoid } h3 { break-after: avoid }
  tr, .figures > div, svg.front, .timeline { break-inside: avoid }
  thead { display: table-header-group }
  .timeline { -webkit-print-color-adjust: exact; print-color-adjust: exact }
}
)css";

}  // namespace ntorc::emit
