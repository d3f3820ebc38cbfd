// How the page looks: by day, by night and on paper.

/** The page's style sheet. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--paper:#fff;--card:#f5f7fa;--line:#d6dce5;
--usage:#2f6fb3;--time:#5aa9a3;--breakage:#e0a526;--overage:#8a5bb5;--less:#c4553d;--more:#3f8f5f;--level:#44566c}
@media(prefers-color-scheme:dark){:root{--ink:#e6ebf2;--soft:#a3afbf;--paper:#12171e;--card:#1b222c;--line:#36404d;
--usage:#6aa6e6;--time:#78c8c1;--breakage:#efc04f;--overage:#b58fdd;--less:#ea8268;--more:#6cc08d;--level:#93a6be}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1000px;padding:24px 16px;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{margin:0;font-size:1.8rem}h2{margin:40px 0 8px;border-bottom:2px solid var(--line)}h3{margin:28px 0 6px}h4{margin:12px 0 2px;color:var(--soft);font-weight:500}
nav a{margin-right:12px}a{color:var(--usage)}
.tiles{display:flex;flex-wrap:wrap;gap:12px;margin:12px 0}.tiles div{flex:1 1 200px;padding:12px 16px;border-radius:8px;background:var(--card)}
dt{color:var(--soft)}dd{margin:0;font-size:1.35rem;font-variant-numeric:tabular-nums}
figure{margin:0}svg{display:block;width:100%;height:auto}
.grid{stroke:var(--line)}.zero{stroke:var(--soft)}.link{stroke:var(--soft);stroke-dasharray:3 3}
svg text{fill:var(--soft);font:11px system-ui,sans-serif}.tick{text-anchor:end}.label{text-anchor:middle}
.usage,.deferred,.unbilled{fill:var(--usage);background:var(--usage)}.over-time{fill:var(--time);background:var(--time)}
.breakage{fill:var(--breakage);background:var(--breakage)}.overage{fill:var(--overage);background:var(--overage)}
.promotional,.goodwill,.refunds,.less{fill:var(--less);background:var(--less)}.goodwill{opacity:.75}.refunds{opacity:.5}
.more{fill:var(--more)}.level{fill:var(--level)}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:0;padding:0 0 0 78px;list-style:none;font-size:.85rem}
.swatch{display:inline-block;width:12px;height:12px;margin-right:6px;border-radius:2px;print-color-adjust:exact}
summary{cursor:pointer;color:var(--soft);font-size:.9rem}.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.82rem;font-variant-numeric:tabular-nums}
th,td{padding:3px 9px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
thead th,tbody th:first-child,tfoot th{text-align:left}tfoot td,tfoot th{border-top:2px solid var(--soft);font-weight:600}
@media print{body{max-width:none;font-size:11px}nav,summary{display:none}article{break-inside:avoid}h2{break-before:page}
details::details-content{content-visibility:visible;height:auto}.scroll{overflow:visible}table{font-size:7px}th,td{padding:1px 3px}rect{print-color-adjust:exact}}
`;
