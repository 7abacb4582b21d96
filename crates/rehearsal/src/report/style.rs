//! How the page looks: the product's tokens, light, dark and on paper.

pub(super) const STYLE: &str = "
:root{--bg:#f6f5f2;--surface:#fff;--sunk:#efeeea;--line:#e3e1dc;--ink:#1b1d1f;--ink2:#54595f;--ink3:#62686e;
--accent:#0a665a;--amber:#8a5200;--red:#ab221a;--blue:#1f5fa8;--fill:#2f8f80;--fill2:#b7d6d0}
@media (prefers-color-scheme:dark){:root{--bg:#101214;--surface:#181b1e;--sunk:#131618;--line:#2a2e32;--ink:#ecebe7;
--ink2:#b0b5ba;--ink3:#8f959b;--accent:#63cbb8;--amber:#f0b95a;--red:#ff8f86;--blue:#86b8f2;--fill:#4bb3a1;
--fill2:#24504a}}
*{box-sizing:border-box}
html{background:var(--bg);color:var(--ink);font:13px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',
Helvetica,Arial,sans-serif;font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
body{margin:0}
main{max-width:1184px;margin:0 auto;padding:24px 28px 12px}
footer{max-width:1184px;margin:0 auto;padding:0 28px 32px;color:var(--ink3)}
h1{font-size:21px;line-height:1.3;font-weight:640;margin:12px 0 2px}
h2{font-size:14px;font-weight:640;margin:0}
h3{font-size:13px;font-weight:640;margin:20px 0 6px}
p{margin:0 0 8px}
.brand{display:flex;align-items:center;gap:8px;font-weight:640;font-size:14px;color:var(--ink)}
.lead{color:var(--ink2);max-width:92ch;font-size:14px;margin-bottom:16px}
.mono{font-family:ui-monospace,'SF Mono',Menlo,Consolas,'Liberation Mono',monospace;font-weight:600;font-size:.95em}
.note{color:var(--ink2);max-width:78ch}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--surface);padding:8px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.card{background:var(--surface);border:1px solid var(--line);border-radius:9px;padding:16px;margin-bottom:16px;
min-width:0;overflow:hidden}
.card>header{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 8px;margin-bottom:10px}
.card>header span{color:var(--ink3)}
.pair{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:16px;align-items:start}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));padding:0;margin:0 0 16px;
background:var(--line);gap:1px;border:1px solid var(--line);border-radius:9px;overflow:hidden}
.tiles div{background:var(--surface);padding:12px 16px 14px}
.tiles dt{color:var(--ink2)}
.tiles dd{margin:0}
.tiles dd.figure{font-size:21px;line-height:1.35;font-weight:640}
.tiles dd.figure small{font-size:13px;font-weight:400;color:var(--ink2)}
.good{color:var(--accent)}.look{color:var(--amber)}.bad{color:var(--red)}.plain{color:var(--ink3)}
.scroll{overflow-x:auto;max-width:100%}
h1,h2,h3,p,.card>header,.tiles dd,td.wide,footer{overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}
th{text-align:left;font-weight:400;color:var(--ink3);padding:4px 12px 4px 0;white-space:nowrap;vertical-align:bottom}
td{padding:6px 12px 6px 0;border-top:1px solid var(--line);vertical-align:top}
th:last-child,td:last-child{padding-right:0}
.n{text-align:right;white-space:nowrap}
td.wide{min-width:20ch}
td.nowrap{white-space:nowrap}
tfoot td{color:var(--ink2)}
tr.sum td{border-top:1px solid var(--ink3);font-weight:640}
td.part{padding-left:14px}
td .bar{vertical-align:middle}
td.barcell{width:170px}
figure{margin:0}
figure svg{display:block;width:100%;height:auto}
figure svg.narrow{min-width:440px}figure svg.broad{min-width:720px}
svg text{fill:var(--ink2);font-size:11px}
svg .strong{fill:var(--ink)}
svg .fill{fill:var(--fill)}svg .soft{fill:var(--fill2)}
svg .stroke{fill:none;stroke:var(--blue);stroke-width:1.8;stroke-linejoin:round}
svg .rule{stroke:var(--line);stroke-width:1}
svg .mark{stroke:var(--ink);stroke-width:2}
svg .bluetext{fill:var(--blue)}svg .filltext{fill:var(--accent)}
details{margin-top:10px;color:var(--ink2)}
summary{cursor:pointer;color:var(--ink3);width:max-content;max-width:100%}
details table{margin-top:6px}
.small{color:var(--ink3);font-size:12px}
.chip{display:inline-block;border-radius:99px;padding:0 8px;background:var(--sunk);color:var(--ink2)}
ul.plain{margin:0;padding-left:18px}
.cols{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:8px 28px;align-items:start}
@media (max-width:860px){.pair,.cols{grid-template-columns:minmax(0,1fr)}main{padding:16px 14px}footer{padding:0 14px 24px}
summary{min-height:44px;line-height:44px}}
@media (max-width:480px){td.barcell{display:none}}
@media print{@page{margin:14mm}:root{--bg:#fff;--surface:#fff;--sunk:#f4f4f2;--line:#ccc;--ink:#000;--ink2:#333;
--ink3:#444;--accent:#0a665a;--amber:#8a5200;--red:#ab221a;--blue:#1f5fa8;--fill:#2f8f80;--fill2:#b7d6d0}
html{font-size:10.5px}main{max-width:none;padding:0}.card{break-inside:avoid}.card.long{break-inside:auto}
details,.skip{display:none}thead{display:table-header-group}tr{break-inside:avoid}.scroll{overflow:visible}
figure svg.narrow,figure svg.broad{min-width:0}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
";
