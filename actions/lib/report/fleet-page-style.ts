/** Style of the fleet page: light and dark by what the reader's system says; a table on a desk, cards on a telephone. */
export const fleetPageStyle = `
:root{--ground:#fff;--raised:#f6f8fa;--ink:#1f2328;--soft:#59636e;--line:#d1d9e0;--accent:#0969da;--bad:#b3202c;--warn:#8a5a00;--good:#1a7f37;--idle:#59636e}
@media (prefers-color-scheme:dark){:root{--ground:#0d1117;--raised:#161b22;--ink:#e6edf3;--soft:#9198a1;--line:#30363d;--accent:#4493f8;--bad:#ff7b72;--warn:#d29922;--good:#3fb950;--idle:#9198a1}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
header,main,footer{max-width:1500px;margin:0 auto;padding:0 20px}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 16px;padding-top:14px}
h1{font-size:22px;margin:0}h1 a{color:inherit;text-decoration:none}h2{font-size:20px;margin:18px 0 4px}h3{font-size:15px;margin:20px 0 6px}
.when,footer,small{color:var(--soft)}.when{margin:0}small{font-size:13px}
a{color:var(--accent)}a:hover{text-decoration:underline}
h2:focus{outline:0}:is(a,button,input,select):focus-visible{outline:2px solid var(--accent);outline-offset:1px;border-radius:4px}
.tiles{display:flex;flex-wrap:wrap;gap:8px;margin:14px 0}
.tile{font:inherit;color:inherit;background:var(--raised);border:1px solid var(--line);border-radius:8px;padding:6px 12px;cursor:pointer}
.tile b{font-size:18px;margin-right:3px}.tile.sum{cursor:default;margin-left:auto}
.tile[aria-pressed=true]{border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}
.down b,.unsettled b,.bad,.over{color:var(--bad)}.degraded b,.drift b,.override b,.warn{color:var(--warn)}.healthy b{color:var(--good)}
.controls{display:flex;flex-wrap:wrap;gap:12px;align-items:center;margin:0 0 12px}
.controls label{color:var(--soft)}.controls label[hidden]{display:none}
input,select{font:inherit;color:var(--ink);background:var(--ground);border:1px solid var(--line);border-radius:6px;padding:5px 8px}
input{width:280px;max-width:100%}output{color:var(--soft);margin-left:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:7px 10px;border-bottom:1px solid var(--line);vertical-align:top}
thead th{position:sticky;top:0;background:var(--ground);padding:0;z-index:1;box-shadow:0 1px 0 var(--line)}
thead button{font:inherit;font-weight:600;color:var(--soft);background:none;border:0;padding:8px 10px;cursor:pointer;width:100%;text-align:left;white-space:nowrap}
thead th[aria-sort] button{color:var(--ink)}th[aria-sort=ascending] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
tbody th{font-weight:600}tbody small{font-weight:400;display:block}tbody tr:hover{background:var(--raised)}
.health{white-space:nowrap}.health i{font-style:normal}.health.down,.health.absent{color:var(--bad)}.health.degraded,.health.changing{color:var(--warn)}.health.healthy{color:var(--good)}.health.suspended{color:var(--idle)}
#tenant dl{display:grid;grid-template-columns:max-content 1fr;gap:5px 18px;margin:10px 0}#tenant dt{color:var(--soft)}#tenant dd{margin:0;overflow-wrap:anywhere}
#tenant ul{padding-left:20px;margin:6px 0}#tenant .commands code{display:inline-block;background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:2px 8px;margin:0 6px 6px 0}
kbd,code{font:13px ui-monospace,monospace}kbd{border:1px solid var(--line);border-radius:4px;padding:0 5px}
footer{padding-top:16px;padding-bottom:24px}
@media (max-width:760px){
header,main,footer{padding-left:14px;padding-right:14px}
.tile{padding:4px 10px}.tile b{font-size:16px}.tile.sum{margin-left:0}.controls label,input{width:100%}.controls label:has(select){width:auto}
table,tbody,tr,tbody th,tbody td{display:block}thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tbody tr{border:1px solid var(--line);border-radius:8px;margin-bottom:10px;padding:8px 12px}tbody tr[hidden]{display:none}
tbody th,tbody td{border:0;padding:2px 0}tbody td{display:flex;gap:10px;align-items:baseline;flex-wrap:wrap}tbody td small{display:inline}
tbody td::before{content:attr(data-label);color:var(--soft);min-width:120px}
footer kbd,footer p{font-size:13px}#tenant dl{grid-template-columns:1fr;gap:0}#tenant dd{margin-bottom:8px}}
@media print{.controls,.tiles,footer{display:none}}
`;
