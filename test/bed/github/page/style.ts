/** How the pages look: quiet, like the site people know, in light and dark. */
export const STYLE = `
:root{--bg:#fff;--soft:#f6f8fa;--line:#d1d9e0;--text:#1f2328;--dim:#59636e;--link:#0969da;--green:#1a7f37;--greenbg:#dafbe1;--red:#cf222e;--redbg:#ffebe9;--violet:#8250df;--yellow:#9a6700;--yellowbg:#fff8c5;--bluebg:#ddf4ff;--code:#818b981f;--shadow:0 1px 2px #1f232814}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--soft:#151b23;--line:#3d444d;--text:#f0f6fc;--dim:#9198a1;--link:#4493f8;--green:#3fb950;--greenbg:#2ea04326;--red:#f85149;--redbg:#f8514926;--violet:#ab7df8;--yellow:#d29922;--yellowbg:#bb800926;--bluebg:#388bfd26;--code:#656c7633;--shadow:none}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:14px/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif,"Apple Color Emoji","Segoe UI Emoji"}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
.icon{vertical-align:-3px;flex:none}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;font-size:12px}
.top{background:var(--soft);border-bottom:1px solid var(--line);padding:14px 24px;font-size:15px}
.top b{font-weight:600}.top .lock{border:1px solid var(--line);border-radius:2em;padding:0 8px;font-size:12px;color:var(--dim);margin-left:8px}
main{max-width:1216px;margin:0 auto;padding:24px}
h1.title{font-size:26px;font-weight:400;line-height:1.25;margin:0 0 8px;overflow-wrap:anywhere}h1.title code{background:var(--code);border-radius:6px;padding:.1em .3em;font-size:.85em}h1.title .number{color:var(--dim);font-weight:300}
.meta{display:flex;gap:8px;align-items:center;flex-wrap:wrap;color:var(--dim);padding-bottom:16px;border-bottom:1px solid var(--line)}
.meta b{color:var(--text);font-weight:600}
.state{display:inline-flex;gap:6px;align-items:center;border-radius:2em;padding:5px 12px;color:#fff;font-weight:500}
.state.open{background:#1f883d}.state.merged{background:#8250df}.state.closed{background:#cf222e}.state.draft{background:#59636e}
.ref{background:var(--bluebg);color:var(--link);border-radius:6px;padding:2px 6px;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12px}
nav.tabs{display:flex;gap:4px;margin:12px 0 20px;border-bottom:1px solid var(--line);overflow-x:auto}
nav.tabs a{color:var(--text);padding:8px 14px;border-bottom:2px solid transparent;white-space:nowrap}nav.tabs a:first-child{border-color:#fd8c73;font-weight:600}
.count{background:var(--code);border-radius:2em;padding:0 7px;font-size:12px;font-weight:500;margin-left:4px}
.columns{display:grid;grid-template-columns:minmax(0,1fr) 240px;gap:24px}@media(max-width:900px){.columns{grid-template-columns:minmax(0,1fr)}}
.timeline{position:relative}
.entry{position:relative;padding-left:56px;margin-bottom:16px}
.entry::before{content:"";position:absolute;left:74px;top:0;bottom:-16px;width:2px;background:var(--line);z-index:-1}
.avatar{display:inline-flex;width:40px;height:40px;border-radius:50%;align-items:center;justify-content:center;color:#fff;font-weight:600;font-size:15px;text-transform:uppercase;flex:none}
.avatar.bot{border-radius:8px}.avatar.small{width:20px;height:20px;font-size:9px;vertical-align:middle}
.entry>.avatar{position:absolute;left:0;top:0}
.card{border:1px solid var(--line);border-radius:6px;background:var(--bg);box-shadow:var(--shadow)}
.card>header{background:var(--soft);border-bottom:1px solid var(--line);border-radius:6px 6px 0 0;padding:8px 16px;color:var(--dim);display:flex;gap:6px;align-items:center;flex-wrap:wrap}
.card>header b{color:var(--text);font-weight:600}
.label{border:1px solid var(--line);border-radius:2em;padding:0 7px;font-size:12px;color:var(--dim);font-weight:500}
.right{margin-left:auto}
.reactions{padding:0 16px 12px;display:flex;gap:6px}.reactions span{border:1px solid var(--line);border-radius:2em;padding:1px 9px;font-size:12px;background:var(--soft)}
.event{padding-left:64px;margin:0 0 16px;color:var(--dim);display:flex;gap:10px;align-items:center;position:relative}
.event .badge{width:32px;height:32px;border-radius:50%;background:var(--soft);border:2px solid var(--bg);display:inline-flex;align-items:center;justify-content:center;margin-left:-6px;flex:none;color:var(--dim)}
.event.merged .badge{background:#8250df;color:#fff}.event.closed .badge{background:#cf222e;color:#fff}.event.approved .badge{background:#1f883d;color:#fff}.event.rejected .badge{background:#cf222e;color:#fff}
.event b{color:var(--text);font-weight:600}
details.minimized>summary{color:var(--dim);padding:8px 16px;cursor:pointer}
.markdown{padding:16px;overflow-wrap:anywhere}.markdown>:first-child{margin-top:0}.markdown>:last-child{margin-bottom:0}
.markdown p,.markdown ul,.markdown ol,.markdown table,.markdown pre,.markdown blockquote,.markdown details{margin:0 0 16px}
.markdown h1,.markdown h2{border-bottom:1px solid var(--line);padding-bottom:.3em}.markdown h1,.markdown h2,.markdown h3,.markdown h4{margin:20px 0 12px;line-height:1.25;font-weight:600}.markdown h1{font-size:1.75em}.markdown h2{font-size:1.4em}.markdown h3{font-size:1.2em}.markdown h4{font-size:1em}
.markdown ul,.markdown ol{padding-left:2em}.markdown li+li{margin-top:.25em}.markdown li:has(>input){list-style:none}.markdown li>input{margin:0 .4em .2em -1.5em;vertical-align:middle}
.markdown code{background:var(--code);border-radius:6px;padding:.2em .4em;font-size:85%}
.markdown pre{background:var(--soft);border-radius:6px;padding:14px 16px;overflow:auto;line-height:1.45}.markdown pre code{background:none;padding:0;font-size:12px;white-space:pre}
.markdown table{border-collapse:collapse;display:block;overflow:auto;width:max-content;max-width:100%}.markdown th,.markdown td{border:1px solid var(--line);padding:6px 13px}.markdown tr:nth-child(2n){background:var(--soft)}.markdown th{font-weight:600}
.markdown blockquote{border-left:.25em solid var(--line);color:var(--dim);padding:0 1em}.markdown blockquote>:last-child,.alert>:last-child{margin-bottom:0}
.markdown hr{border:0;border-top:3px solid var(--line);margin:20px 0}.markdown summary{cursor:pointer}.markdown details>summary{margin-bottom:8px}.markdown details:not([open])>summary{margin-bottom:0}
.markdown kbd{border:1px solid var(--line);border-bottom-width:2px;border-radius:6px;padding:2px 5px;font-size:11px;background:var(--soft)}
.image{border:1px dashed var(--line);border-radius:6px;padding:1px 8px;color:var(--dim);font-size:12px}
pre.diff .diff-add{background:var(--greenbg);color:var(--green);display:inline-block;min-width:100%}pre.diff .diff-del{background:var(--redbg);color:var(--red);display:inline-block;min-width:100%}pre.diff .diff-hunk{color:var(--violet);font-weight:600}pre.diff .diff-note{color:var(--yellow)}
.alert{border-left:.25em solid var(--link);padding:8px 16px;margin-bottom:16px}.alert-title{font-weight:600;color:var(--link);margin-bottom:4px!important}
.alert-tip{border-color:var(--green)}.alert-tip .alert-title{color:var(--green)}.alert-important{border-color:var(--violet)}.alert-important .alert-title{color:var(--violet)}.alert-warning{border-color:var(--yellow)}.alert-warning .alert-title{color:var(--yellow)}.alert-caution{border-color:var(--red)}.alert-caution .alert-title{color:var(--red)}
.box{border:1px solid var(--line);border-radius:6px;margin:8px 0 24px;overflow:hidden}.box>div,.box>details{padding:12px 16px;border-top:1px solid var(--line)}.box>:first-child{border-top:0}
.box h3{margin:0;font-size:15px;font-weight:600}.box p{margin:2px 0 0;color:var(--dim)}
.row{display:flex;gap:10px;align-items:center}.row .grow{min-width:0;flex:1;overflow-wrap:anywhere}.row .dim,.dim{color:var(--dim)}
.ok{color:var(--green)}.bad{color:var(--red)}.wait{color:var(--yellow)}.off{color:var(--dim)}
.box.good{border-color:var(--green)}.box.stop{border-color:var(--line)}
h2.part{font-size:20px;font-weight:400;border-bottom:1px solid var(--line);padding-bottom:8px;margin:32px 0 16px}
.annotation{border-left:4px solid var(--line);background:var(--soft);padding:8px 12px;margin:8px 0;border-radius:0 6px 6px 0;white-space:pre-wrap;overflow-wrap:anywhere;font-family:inherit}
.annotation.failure{border-color:var(--red)}.annotation.warning{border-color:var(--yellow)}.annotation.notice{border-color:var(--link)}
.file{border:1px solid var(--line);border-radius:6px;margin-bottom:16px;overflow:hidden}.file>summary{background:var(--soft);padding:8px 14px;display:flex;gap:10px;cursor:pointer;align-items:center}.file[open]>summary{border-bottom:1px solid var(--line)}
.file table{border-collapse:collapse;width:100%;font:12px/20px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}.file td{padding:0 10px;vertical-align:top}.file td.n{color:var(--dim);text-align:right;width:1%;min-width:44px;user-select:none}.file td.t{white-space:pre-wrap;overflow-wrap:anywhere}
.file tr.add{background:var(--greenbg)}.file tr.del{background:var(--redbg)}.file tr.hunk td{background:var(--bluebg);color:var(--dim);padding:4px 10px}
aside section{padding:0 0 14px;margin-bottom:14px;border-bottom:1px solid var(--line);font-size:12px}aside h4{margin:0 0 8px;font-size:12px;color:var(--dim);font-weight:600}aside p{margin:4px 0;overflow-wrap:anywhere}
.tag{display:inline-block;border-radius:2em;padding:0 9px;margin:0 4px 4px 0;font-size:12px;font-weight:500;border:1px solid var(--line)}
.list{border:1px solid var(--line);border-radius:6px}.list a.item{display:flex;gap:10px;padding:10px 16px;border-top:1px solid var(--line);color:var(--text)}.list a.item:first-child{border-top:0}.list a.item:hover{background:var(--soft);text-decoration:none}
footer.note{color:var(--dim);font-size:12px;text-align:center;padding:32px}
`;
