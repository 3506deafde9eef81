import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { replaceFolder } from "./replace-folder.ts";

function makeFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "tembo-replace-"));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("replaces a folder, also if it does not exist yet", (context) => {
  const folder = makeFolder(context);
  for (const text of ["one", "two"]) {
    mkdirSync(join(folder, "new"));
    writeFileSync(join(folder, "new", text), "");
    replaceFolder(join(folder, "new"), join(folder, "dist"));
    assert.deepEqual(readdirSync(folder), ["dist"]);
    assert.deepEqual(readdirSync(join(folder, "dist")), [text]);
  }
});

test("processes that replace a folder at the same time leave one complete folder", async (context) => {
  const folder = makeFolder(context);
  const program = `
    import { mkdirSync, writeFileSync } from "node:fs";
    import { replaceFolder } from ${JSON.stringify(new URL("replace-folder.ts", import.meta.url).href)};
    const from = ${JSON.stringify(`${folder}/new.`)} + process.pid;
    for (let round = 0; round < 200; round++) {
      mkdirSync(from);
      for (const name of ["a", "b"]) writeFileSync(from + "/" + name, String(process.pid));
      replaceFolder(from, ${JSON.stringify(join(folder, "dist"))});
    }`;
  const runs = Array.from({ length: 3 }, async () => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: "inherit" });
    const [code] = await once(child, "close");
    return code;
  });
  assert.deepEqual(await Promise.all(runs), [0, 0, 0]);
  assert.deepEqual(readdirSync(folder), ["dist"]);
  const read = (name: string) => readFileSync(join(folder, "dist", name), "utf8");
  assert.equal(read("a"), read("b"));
});
