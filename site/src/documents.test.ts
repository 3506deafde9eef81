import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { createSidebar, headingAddress, readDocuments } from "./documents.ts";

function write(context: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "tembo-site-"));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test("groups the pages by folder, in the order of the first page's links, and sorts them by title", (context) => {
  const index = "# Documentation\n\n[Guide](guides/b.md) [Decisions](adr/) [Terms](terms.md)\n";
  const folder = write(context, {
    "index.md": index,
    "terms.md": "# Terms\n",
    "adr/index.md": "# Decisions\n",
    "adr/0010.md": "# 10. Run `tembo`\n",
    "adr/0002.md": "# 2. Stay\n",
    "guides/a.md": "# Zero\n",
    "guides/b.md": "# Back up\n",
  });
  assert.deepEqual(createSidebar(readDocuments(folder), index), [
    { text: "Documentation", link: "/", items: [{ text: "Terms", link: "/terms.md" }] },
    {
      text: "Guides",
      items: [
        { text: "Back up", link: "/guides/b.md" },
        { text: "Zero", link: "/guides/a.md" },
      ],
    },
    {
      text: "Decisions",
      link: "/adr/",
      items: [
        { text: "2. Stay", link: "/adr/0002.md" },
        { text: "10. Run tembo", link: "/adr/0010.md" },
      ],
    },
  ]);
});

test("closes a group with many pages", () => {
  const pages = Array.from({ length: 40 }, (_, index) => ({ path: `adr/${index}.md`, title: `${index}` }));
  assert.equal(createSidebar(pages, "[Decisions](adr/)")[0]!.collapsed, true);
  assert.equal(createSidebar(pages.slice(1), "[Decisions](adr/)")[0]!.collapsed, undefined);
});

test("rejects a page without a title", (context) => {
  const folder = write(context, { "guides/a.md": "## Part\n" });
  assert.throws(() => readDocuments(folder), /guides\/a\.md needs a title/);
});

test("computes the same addresses of headings as a forge", () => {
  for (const [heading, address] of [
    ["What is not defended", "what-is-not-defended"],
    ["Tools & MCP (beta)", "tools--mcp-beta"],
    ["`TEMBO_DATA_DIR`: the folder", "tembo_data_dir-the-folder"],
    ["2. Café", "2-café"],
  ] as const)
    assert.equal(headingAddress(heading), address);
});
