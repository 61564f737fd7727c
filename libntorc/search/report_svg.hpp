// search/report_svg.hpp - what the page of a search draws. Colours are those of its style sheet.
#pragma once

#include <string>
#include <string_view>

#include "search/report_view.hpp"

namespace ntorc::search {

/// Error against cost: all trials, the front in steps, peers; its legend. Empty without a point.
std::string front_plot(const SearchView& view);

/// Error against epochs; empty without a curve.
std::string curves_plot(const SearchView& view);

/// Truth and prediction over time, and one against the other; empty without samples.
std::string trace_plot(const SearchView& view, const ReportTrace& trace);

/// An entry of a legend, for lines of that class. @param text  escaped
std::string line_key(std::string_view style, const std::string& text);

inline constexpr std::string_view kSearchStyle = R"css(
.figures { grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr)) }
.plots { overflow-x: auto; margin: .75rem 0 }
svg.plot { display: block; width: 100%; height: auto }
svg.plot text { font-size: 12px; fill: var(--soft) }
svg.plot .name { font-size: 13px; fill: var(--ink) }
svg.plot .label { fill: var(--ink); stroke: var(--page); stroke-width: 3px; paint-order: stroke; stroke-linejoin: round }
svg.plot .grid { stroke: var(--line) } svg.plot .fine { stroke: var(--faint) } svg.plot .axis { stroke: var(--soft) }
svg.plot .step { stroke: var(--layers); stroke-width: 1.5; fill: none }
svg .curve { stroke: var(--glue); stroke-opacity: .3; fill: none; stroke-linecap: round; stroke-linejoin: round }
svg .curve.front { stroke: var(--layers); stroke-opacity: .75; stroke-width: 1.6 }
svg .curve:hover { stroke: var(--pace); stroke-opacity: 1; stroke-width: 2.5 }
.trial { fill: var(--glue); fill-opacity: .5 }
.trial.pruned { fill: none; pointer-events: all; stroke: var(--glue); stroke-opacity: .8 }
.beyond { fill: none; pointer-events: all; stroke: var(--glue) }
.member { fill: var(--layers); stroke: var(--page) }
.deviation { stroke: var(--layers); stroke-width: 1.2; fill: none }
.peer { stroke: var(--pace); stroke-width: 1.8; fill: none; pointer-events: all }
.trial:hover, .member:hover, .beyond:hover { stroke: var(--ink); stroke-opacity: 1; stroke-width: 2 }
.peer:hover { stroke-width: 3.5 }
.truth { stroke: var(--ink); stroke-width: 1.1; fill: none; stroke-linejoin: round }
.predicted { stroke: var(--layers); stroke-width: 1.8; stroke-opacity: .75; fill: none; stroke-linejoin: round }
.pair { stroke: var(--layers); stroke-opacity: .4; stroke-width: 3; stroke-linecap: round; fill: none }
.equal { stroke: var(--ink); stroke-opacity: .5; stroke-dasharray: 4 3 }
.sign { width: 16px; height: 12px; margin-right: .4rem; flex: none }
figure { margin: 1rem 0 1.5rem }
figcaption { font-size: .87rem; color: var(--soft); overflow-wrap: anywhere }
figcaption strong { color: var(--ink); font-weight: 600 }
.tag { display: inline-block; padding: 0 .5rem; margin: 0 .3rem; border: 1px solid var(--line); border-radius: .6rem;
  font-size: .8rem }
.tag.learnt { border-color: var(--fifos); color: var(--ink) }
.tag.unseen { border-color: var(--good); color: var(--ink) }
section.warnings { border-left: 3px solid var(--fifos); padding: .1rem 0 .1rem .9rem; margin: 1.5rem 0 }
section.warnings h2 { margin: 0 }
tr.front th, tr.front td { font-weight: 600 }
a { color: var(--layers) }
details { margin: 3rem 0 .75rem }
summary { font-size: 1.2rem; font-weight: 700; cursor: pointer }
dl.basis { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: .3rem 1.5rem; margin: .75rem 0;
  font-size: .93rem }
dl.basis dt { color: var(--soft) }
dl.basis dd { margin: 0; grid-column: 2; overflow-wrap: anywhere; max-width: 46rem }
@media (min-width: 60rem) { .name { min-width: 15rem } }
@media (max-width: 40rem) {
  .name { min-width: 9rem }
  .figures { grid-template-columns: 1fr 1fr }
  svg.plot { width: 48rem }
  dl.basis { grid-template-columns: 1fr; gap: .1rem }
  dl.basis dt { margin-top: .6rem }
  dl.basis dd { grid-column: 1 }
}
@media print { svg.plot, figure { break-inside: avoid } .plots { overflow: visible } }
)css";

}  // namespace ntorc::search
