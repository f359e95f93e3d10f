import assert from "node:assert/strict";
import { test } from "node:test";
import { htmlToMarkdown } from "../../static/js/lib/html_to_markdown.js";

const cases = [
  ["marks", "<p>a <b>bold</b>, <i>it </i>and <del>old</del></p>", "a **bold**, *it* and ~~old~~"],
  ["paragraphs", "<p>one</p><p>two<br><b>three</b></p>", "one\n\ntwo\n**three**"],
  ["links", '<a href="https://a.example/x">here</a>', "[here](https://a.example/x)"],
  [
    "an address that is its own name",
    '<a href="https://a.example/">https://a.example</a>',
    "https://a.example/",
  ],
  ["a link that could run something", '<a href="javascript:alert(1)">here</a> <b>x</b>', "here **x**"],
  ["headings", "<h1>One</h1><p>x</p><h5>Five</h5>", "# One\nx\n### Five"],
  ["a list", "<ul><li>one<li>two <b>x</b></ul>", "- one\n- two **x**"],
  ["nested lists", "<ol><li>one<ul><li>in</li></ul></li><li><p>two</p></li></ol>", "1. one\n   - in\n2. two"],
  ["a list beside its item", "<ul><li>one</li><ul><li>in</li></ul></ul>", "- one\n  - in"],
  [
    "tasks",
    '<ul><li><input type="checkbox" checked> done</li><li><input type="checkbox"> open</li></ul>',
    "- [x] done\n- [ ] open",
  ],
  ["a quote", "<blockquote><p>a</p><p>b</p></blockquote><p>c</p>", "> a\n>\n> b\nc"],
  [
    "code",
    '<p>run <code>a | b</code></p><pre><code class="language-js">let a;\n  b &lt; c\n</code></pre>',
    "run `a | b`\n```js\nlet a;\n  b < c\n```",
  ],
  [
    "a table",
    "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>x|<br>y</td></tr></table>",
    "| a | b |\n| --- | --- |\n| 1 | x\\| y |",
  ],
  ["a table of one column", "<table><tr><td><b>a</b></td></tr><tr><td>b</td></tr></table>", "**a**\nb"],
  [
    "a document from Google",
    '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p><span style="font-weight:700">Title</span><span style="font-style:italic"> x</span></p></b>',
    "**Title** *x*",
  ],
  [
    "a fragment among what the clipboard adds",
    "<html><head><style>p{}</style></head><body><!--StartFragment--><b>x</b> &amp; y&nbsp;z<!--EndFragment--></body></html>",
    "**x** & y z",
  ],
  ["a star that would mark", "<p><b>x</b> 2*3*4 and a`b</p>", "**x** 2\\*3\\*4 and a\\`b"],
  ["what is not for reading", "<b>x</b><script>alert(1)</script><style>a{}</style>", "**x**"],
  [
    "our own emoji and mentions",
    '<p><a class="mention" data-user-id="2">@Mina</a> <img class="emoji" alt=":party:"> <b>x</b></p>',
    "@Mina :party: **x**",
  ],
];

for (const [name, html, markdown] of cases) {
  test(`pasted as Markdown: ${name}`, () => assert.equal(htmlToMarkdown(html), markdown));
}

test("What has no format is pasted as the plain text that comes with it", () => {
  for (const html of ["<p>one</p><p>two</p>", "<div><span style='color:red'>x</span></div>", "just text", ""])
    assert.equal(htmlToMarkdown(html), null);
});

test("Whatever the HTML, it is quick and throws nothing", () => {
  const started = performance.now();
  for (const piece of [
    "<",
    "<b>",
    "</b>",
    "<a href='",
    "<ul><li>",
    "<!--",
    "<table><tr><td>",
    '<p style="',
    "&#x;",
  ])
    htmlToMarkdown(`<b>x</b>${piece.repeat(3000)}`);
  assert.ok(performance.now() - started < 4000);
});
