import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { createMarkdownRenderer, disposeMdItInstance } from "vitepress";
import { linkSources } from "./source-links.ts";

const root = join(import.meta.dirname, "../..");

async function render(text: string, repository: string | null): Promise<string> {
  // VitePress otherwise returns the renderer of the previous call.
  disposeMdItInstance();
  const md = await createMarkdownRenderer(join(root, "docs"), {
    config: (renderer) => linkSources(renderer, { root, documents: "docs", repository }),
  });
  const path = join(root, "docs/guides/upgrade.md");
  return md.render(text, { path, relativePath: "guides/upgrade.md", cleanUrls: false });
}

test("links sources to the repository on the web", async () => {
  const repository = "https://forge.example/tembo";
  const html = await render(
    "[The list](../../README.md#install), [bench](../../bench/) and [a](a.md)",
    repository,
  );
  assert.match(html, /<a href="https:\/\/forge\.example\/tembo\/blob\/HEAD\/README\.md#install"/);
  assert.match(html, /<a href="https:\/\/forge\.example\/tembo\/tree\/HEAD\/bench\/"/);
  assert.match(html, /<a href="\.\/a\.html"/, "VitePress handles the links of pages");
});

test("writes the text and the path of sources without a web address", async () => {
  const html = await render(
    "See [the *list*](../../README.md#install) and [README.md](../../README.md). [Top](#top), [x](https://a.example)",
    null,
  );
  assert.match(
    html,
    /See the <em>list<\/em> \(<code[^>]*>README\.md<\/code>\) and README\.md\. <a href="#top"/,
  );
  assert.match(html, /<a href="https:\/\/a\.example"/);
});

test("links to folders of the documentation without a page like sources", async () => {
  const html = await render("[pictures](../screenshots/) [decisions](../adr/)", null);
  assert.match(html, /pictures \(<code[^>]*>docs\/screenshots\/<\/code>\) <a href="\.\/\.\.\/adr\/"/);
});
