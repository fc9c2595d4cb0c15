/** Style of the report page. No web fonts, no scripts: the page opens from disk. */
export const pageStyle = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--line:#d8dee6;--paper:#fff;--page:#f5f7fa;--blue:#2463a6;--bar:#9dbfe2;--good:#1a7f46;--bad:#b3261e;--amber:#9a6700}
@media (prefers-color-scheme:dark){:root{--ink:#e3e8ee;--soft:#9aa6b4;--line:#323b47;--paper:#161c24;--page:#0e1319;--blue:#6aa7e8;--bar:#33506f;--good:#56c98a;--bad:#ff8a80;--amber:#e3b341}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:66rem;margin:0 auto;padding:2.5rem 1.25rem 5rem}
h1{font-size:1.9rem;line-height:1.2;margin:.4rem 0 1.2rem;text-wrap:balance}
h2{font-size:1.25rem;margin:3rem 0 .8rem}
h3{font-size:1.05rem;margin:0 0 .8rem}
h3 span{color:var(--soft);font-weight:400}
code{font:.85em/1.4 ui-monospace,SFMono-Regular,Consolas,monospace;overflow-wrap:anywhere}
.note{color:var(--soft);margin:.2rem 0 1rem}
.badge{display:inline-block;margin:0;padding:.15rem .7rem;border-radius:1rem;font-size:.85rem;font-weight:600;border:1px solid currentColor}
.good{color:var(--good)}.bad{color:var(--bad)}
dl{display:flex;flex-wrap:wrap;gap:.5rem 2.2rem;margin:0}
dt{color:var(--soft);font-size:.8rem}dd{margin:0;font-size:1.25rem;font-weight:600;font-variant-numeric:tabular-nums}
.loop{list-style:none;margin:0;padding:0;background:var(--paper);border:1px solid var(--line);border-radius:.6rem}
.loop li{display:grid;grid-template-columns:1.6rem 8.5rem 1fr auto;gap:.4rem;padding:.5rem .9rem;border-top:1px solid var(--line);align-items:baseline}
.loop li:first-child{border-top:0}
.loop li::before{content:"✓";color:var(--good);font-weight:700}
.loop li.failed::before{content:"✗";color:var(--bad)}
.loop li.unknown::before{content:"?";color:var(--amber)}
.loop span{color:var(--soft);overflow-wrap:anywhere}
.loop time{color:var(--soft);font-size:.85rem;font-variant-numeric:tabular-nums}
.timeline{background:var(--paper);border:1px solid var(--line);border-radius:.6rem;padding:.8rem .9rem}
.row{display:grid;grid-template-columns:15rem 1fr;gap:.8rem;align-items:center;padding:.18rem 0}
.name{font-size:.9rem;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.lane{position:relative;height:1.5rem;background:linear-gradient(90deg,var(--line) 1px,transparent 1px) 0 0/10% 100%}
.lane i{position:absolute;top:.25rem;bottom:.25rem;border-radius:.25rem;background:var(--bar)}
.lane i.critical{background:var(--blue)}
.lane em{position:absolute;top:.15rem;font-style:normal;font-size:.78rem;color:var(--soft);padding:0 .4rem;white-space:nowrap}
table{border-collapse:collapse;width:100%;font-size:.92rem;display:block;overflow-x:auto}
th,td{text-align:left;vertical-align:top;padding:.4rem .7rem;border:1px solid var(--line)}
td:nth-child(n+3) code{white-space:nowrap}
th{background:var(--page);font-weight:600}
details{margin:.7rem 0}summary{cursor:pointer}
.arns{columns:2;column-gap:2rem;font-size:.85rem;padding-left:1.1rem}
.pull{background:var(--paper);border:1px solid var(--line);border-radius:.6rem;padding:1.1rem 1.1rem .4rem;margin:0 0 1.4rem}
article{border:1px solid var(--line);border-radius:.5rem;margin:0 0 .9rem;overflow:hidden}
article>header{background:var(--page);border-bottom:1px solid var(--line);padding:.4rem .9rem;font-weight:600;font-size:.9rem}
.markdown{padding:.4rem .9rem .6rem}
.markdown h2{margin:.6rem 0;font-size:1.2rem}.markdown h3{margin:.8rem 0 .4rem}
.markdown pre{overflow-x:auto;background:var(--page);padding:.7rem;border-radius:.4rem;font-size:.85rem}
.markdown blockquote{margin:.8rem 0;padding:.1rem 1rem;border-left:.25rem solid var(--bad)}
.annotations{margin:0 0 .9rem}
.annotation{border-left:.25rem solid var(--amber);background:var(--page);padding:.45rem .8rem;margin:0 0 .4rem;font-size:.92rem}
.annotation.failure{border-color:var(--bad)}
@media (max-width:44rem){.loop li{grid-template-columns:1.6rem 1fr auto}.loop span{grid-column:2/-1}.row{grid-template-columns:1fr}.arns{columns:1}}
`;
