import assert from "node:assert/strict";
import { test } from "node:test";
import { moveInlineScripts } from "./inline-scripts.ts";

test("moves the code of inline scripts to files, and keeps other scripts", () => {
  const files = new Map<string, string>();
  const write = (name: string, code: string) => {
    files.set(name, code);
    return `/help/${name}`;
  };
  const other = '<script type="module" src="/help/app.js"></script>';
  const html = moveInlineScripts(
    `<head>${other}<script id="dark">if (1 < 2) run("</p>");\n</script></head><script>go()</script><script>go()</script>`,
    write,
  );
  assert.deepEqual([...files.values()], ['if (1 < 2) run("</p>");\n', "go()"]);
  const [dark, go] = [...files.keys()];
  const moved = `<script src="/help/${go}"></script>`;
  assert.equal(html, `<head>${other}<script id="dark" src="/help/${dark}"></script></head>${moved}${moved}`);
});
