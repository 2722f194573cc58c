import { expect, test } from "vitest";
import { framed } from "./picture";

test("a picture holds its title as text and room for both", () => {
  const svg = framed(
    '<svg class="marks" width="300" height="200.5" viewBox="0 0 1 1"></svg>',
    'A <b> & "c"\u0007</text>',
    "#fff",
    "#111",
  );
  expect(svg).toContain('width="332" height="256.5"');
  expect(svg).toContain("A &lt;b&gt; &amp; &quot;c&quot;&lt;/text&gt;</text>");
});
