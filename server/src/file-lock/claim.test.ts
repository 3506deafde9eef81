import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { claim } from "./claim.ts";
import { lockFile } from "./file-lock.ts";
import { ProcessNames } from "./process-names.ts";

interface Place {
  readonly folder: string;
  readonly path: string;
  readonly open: () => Promise<ProcessNames>;
}

function makePlace(t: TestContext): Place {
  const folder = mkdtempSync(join(tmpdir(), "tembo-claim-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const opened: ProcessNames[] = [];
  t.after(async () => {
    for (const names of opened) await names.close();
  });
  const open = async () => {
    const names = await ProcessNames.open(join(folder, "names"));
    opened.push(names);
    return names;
  };
  return { folder, path: join(folder, "claimed"), open };
}

test("one claim excludes all others until it ends", async (t) => {
  const { folder, path, open } = makePlace(t);
  const [first, second] = [await open(), await open()];
  const release = await claim(first, path);
  assert.equal(await claim(first, path), null);
  assert.equal(await claim(second, path), null);
  await release!();
  const again = await claim(second, path);
  assert.equal(await claim(first, path), null, "control");
  await again!();
  assert.deepEqual(readdirSync(folder), ["names"]);
});

test("exactly one process replaces the claim of one that has ended", async (t) => {
  const { path, open } = makePlace(t);
  const [dead, ...others] = [await open(), await open(), await open(), await open()];
  await claim(dead!, path);
  await dead!.close();
  const claims = await Promise.all(others.map((names) => claim(names, path)));
  const owners = others.filter((_, index) => claims[index] !== null);
  assert.deepEqual(
    owners.map(({ own }) => own),
    [readlinkSync(path)],
  );
});

test("leaves the claim of a process that has ended while another replaces it", async (t) => {
  const { folder, path, open } = makePlace(t);
  const [dead, names] = [await open(), await open()];
  await claim(dead, path);
  await dead.close();
  const lock = await lockFile(join(folder, ".lock"), { kind: "exclusive", waitMs: 0 });
  assert.equal(await claim(names, path), null);
  assert.equal(readlinkSync(path), dead.own);
  await lock!.release();
  assert.notEqual(await claim(names, path), null, "control");
});
