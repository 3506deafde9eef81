import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { checkBlobs } from "./check-blobs.ts";

const check = (sharedPath: string | null) =>
  checkBlobs({ blobs: { kind: "folder", sharedPath }, dataDir: "/nowhere", privateHosts: [] });

test("checks a shared folder, and not the default folder", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-shared-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [sound] = await check(folder);
  assert.match(sound!.detail, /Tembo can write, read and delete objects in shared folder/);
  assert.deepEqual(readdirSync(join(folder, "incoming")), []);
  const file = join(folder, "file");
  writeFileSync(file, "");
  const [broken] = await check(file);
  assert.equal(broken!.ok, false);
  assert.match(
    `${broken!.detail} ${broken!.fix}`,
    /cannot write to shared folder.*Mount the folder writable/,
  );
  assert.deepEqual(await check(null), []);
});
