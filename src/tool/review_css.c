/* SPDX-License-Identifier: MIT */
#include "review_css.h"

#include <stddef.h>

/* Dark, by the same names as light. */
#define DARK                                                                   \
	"--page:#131519;--card:#1b1e24;--ink:#eceef2;--dim:#a9b0bc;"           \
	"--rule:#363c47;--line:#8ab8ff;--soft:#34507d;--good:#74d6a0;"         \
	"--warn:#f5b862;--bad:#ff938a;--band:#ff938a;"                         \
	"--h0:#22314a;--h1:#2f4a75;--h2:#4370ad;--h3:#6f9fe0;--h4:#b5d2ff"
#define LIGHT                                                                  \
	"--page:#f4f4f1;--card:#fff;--ink:#191c21;--dim:#565d68;"              \
	"--rule:#d5d8de;--line:#1f4fa8;--soft:#b9cbea;--good:#17663a;"         \
	"--warn:#875000;--bad:#a6211b;--band:#a6211b;"                         \
	"--h0:#e3ebf8;--h1:#bfd1ef;--h2:#8eaee0;--h3:#4f7bc4;--h4:#1b3f86"

const char *const review_css[] = {
	":root{" LIGHT "}",
	"@media (prefers-color-scheme:dark){:root{" DARK "}}",
	"@media print{:root{" LIGHT ";--page:#fff}}",
	"*{box-sizing:border-box}",
	"body{margin:0;background:var(--page);color:var(--ink);"
	"font:16px/1.5 system-ui,sans-serif;"
	"font-variant-numeric:tabular-nums}",
	"header,main{max-width:76rem;margin:0 auto;padding:0 1rem}",
	"header{padding-top:2rem}",
	"h1{font-size:1.9rem;line-height:1.2;margin:0}",
	"header p{margin:.3rem 0 0;color:var(--dim);overflow-wrap:anywhere}",
	"h2{font-size:1.3rem;line-height:1.3;margin:0 0 .3rem;"
	"overflow-wrap:anywhere}",
	"h3{font-size:1rem;margin:1.4rem 0 .4rem}",
	"p{margin:.4rem 0;max-width:80ch}.days{max-width:none}",
	"code{font-size:.9em;overflow-wrap:anywhere}",
	"section{background:var(--card);border:1px solid var(--rule);"
	"border-radius:.6rem;padding:1.1rem 1.2rem;margin:1.2rem 0}",
	".of,.days,.legend,figcaption{color:var(--dim)}",
	".good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)"
	"}",
	".mark{width:.7em;height:.7em;margin-right:.35em;fill:currentColor}",
	".state{font-size:.95rem;font-weight:600;white-space:nowrap;"
	"margin-left:.5rem;border:1px solid;border-radius:1rem;"
	"padding:.1rem .6rem;vertical-align:.1em}",
	".key{display:grid;grid-template-columns:repeat(4,1fr);gap:.8rem;"
	"margin:.9rem 0}",
	".key dt{color:var(--dim);font-size:.85rem}",
	".key dd{margin:0;font-size:1.45rem;line-height:1.3;font-weight:600}",
	".charts{display:grid;grid-template-columns:1fr 1fr;gap:0 1.5rem}",
	".key.all{margin:1.2rem 0 0}.all div{background:var(--card);"
	"border:1px solid var(--rule);border-radius:.6rem;"
	"padding:.7rem 1rem}",
	".all small{display:block;font-size:.85rem;font-weight:400;"
	"color:var(--dim)}",
	/* Charts: the words are HTML around a drawing that stretches. */
	"figure{margin:1rem 0 .4rem;min-width:0}",
	"figure.latency{grid-column:1/-1}",
	".legend{grid-column:1/-1}",
	"figcaption{font-size:.9rem;font-weight:600;margin-bottom:1.1rem}",
	".plot{position:relative;height:11rem;margin:0 .3rem 2rem 3.6rem}",
	".latency .plot{height:14rem}",
	".plot>svg{display:block;width:100%;height:100%;overflow:visible;"
	"border-bottom:1px solid var(--dim)}",
	".plot path{vector-effect:non-scaling-stroke;fill:none}",
	".grid{stroke:var(--rule)}",
	".limit{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:6 4}",
	".line{stroke:var(--line);stroke-width:2.2;stroke-linejoin:round}",
	".part{stroke-dasharray:3 4}",
	".plot .under{fill:var(--soft)}.plot .over{fill:var(--bad)}",
	".plot .heat{shape-rendering:crispEdges}",
	".plot .shade0{fill:var(--h0)}.plot .shade1{fill:var(--h1)}"
	".plot .shade2{fill:var(--h2)}.plot .shade3{fill:var(--h3)}"
	".plot .shade4{fill:var(--h4)}",
	".line.p50,.line.p99{stroke:var(--ink);stroke-width:1.6}",
	".line.p99{stroke-dasharray:2 3}",
	".y span,.x span{position:absolute;font-size:.78rem;"
	"color:var(--dim);line-height:1;white-space:nowrap}",
	".y span{right:calc(100% + .4rem);transform:translateY(-50%)}",
	".y b span{color:var(--bad)}",
	".x span{top:calc(100% + .75rem)}.x i{font-style:normal}",
	/* A span is hatched, and numbered above the chart. */
	".band{position:absolute;top:0;bottom:0;min-width:3px;"
	"border-left:1px solid var(--band);"
	"background:repeating-linear-gradient(135deg,transparent 0 5px,"
	"color-mix(in srgb,var(--band) 28%,transparent) 5px 7px)}",
	".latency .band{background:none;border-right:1px solid var(--band)}",
	".bands b{position:absolute;bottom:100%;font-size:.78rem;"
	"line-height:1.2;transform:translateX(-50%);color:var(--bad)}",
	".change{position:absolute;top:100%;height:.55rem;"
	"border-left:2px solid var(--ink)}",
	".legend{font-size:.85rem;margin-top:0;max-width:none}",
	".legend span{white-space:nowrap;margin-right:.6rem}",
	".legend i{display:inline-block;width:1.1em;height:.8em;"
	"margin-right:.3em;border:1px solid var(--rule)}",
	".legend .shade0{background:var(--h0)}"
	".legend .shade1{background:var(--h1)}"
	".legend .shade2{background:var(--h2)}"
	".legend .shade3{background:var(--h3)}"
	".legend .shade4{background:var(--h4)}",
	".legend .p50,.legend .p99{height:0;border:0;vertical-align:middle;"
	"border-top:2px solid var(--ink)}",
	".legend .p99{border-top-style:dotted}",
	".spans{padding-left:1.5rem;margin:.4rem 0}",
	".spans>li{margin:.7rem 0}.spans>li::marker{font-weight:700;"
	"color:var(--bad)}",
	".spans p{font-weight:600;margin:0}",
	".spans ul{margin:.1rem 0 0;padding-left:1.1rem}",
	".changed{font-weight:600}",
	"li{overflow-wrap:anywhere}",
	"table{border-collapse:collapse;width:100%;margin:.6rem 0}",
	"caption{position:absolute;width:1px;height:1px;overflow:hidden;"
	"clip-path:inset(50%)}",
	"th,td{text-align:left;padding:.4rem 1.2rem .4rem 0;font-weight:400;"
	"vertical-align:top;border-bottom:1px solid var(--rule);"
	"overflow-wrap:anywhere}",
	"thead th{color:var(--dim);font-size:.78rem;letter-spacing:.03em;"
	"overflow-wrap:normal}",
	"tbody th{font-weight:600}",
	".number{text-align:right}.number span{white-space:nowrap}",
	"td.good,td.warn,td.bad{font-weight:600}",
	"tr:last-child>*{border-bottom:0}",
	"@media (max-width:46rem){",
	".charts{grid-template-columns:1fr}",
	".key{grid-template-columns:1fr 1fr}",
	"section{padding:.9rem .9rem}",
	"table,tbody,th,td{display:block}",
	"thead{position:absolute;width:1px;height:1px;overflow:hidden;"
	"clip-path:inset(50%)}",
	"tr{padding:.5rem 0;border-bottom:1px solid var(--rule)}",
	"tr:last-child{border-bottom:0}",
	"tr{display:grid;grid-template-columns:1fr 1fr;gap:.1rem 1rem}",
	"tr>th,tr>td,tr>.number{border:0;padding:0;text-align:left}",
	".state{margin-left:0}",
	"tr>th{grid-column:1/-1;font-size:1.05rem}",
	"tr>td::before{content:attr(data-head);display:block;"
	"color:var(--dim);font-size:.78rem;font-weight:400;line-height:1.3}",
	"}",
	"@media (max-width:72rem){.x i{display:none}}",
	"@media print{.x i{display:none}}",
	"@page{margin:14mm}",
	"@media print{body{font-size:10.5pt}table{font-size:9pt}",
	"th,td{padding-right:.7rem}tbody th{min-width:5.5rem}",
	".key.all{margin-bottom:1.2rem}",
	"section{border:0;padding:0;margin:0 0 1.2rem}",
	"figure,tr,.spans>li,.key,h2,h3{break-inside:avoid}",
	"h2,h3{break-after:avoid}",
	".slo{break-before:page}",
	"*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}",
	NULL,
};
