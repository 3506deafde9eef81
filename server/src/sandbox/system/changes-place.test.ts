import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { changesIn, listChanges, systemIn } from "./changes-place.ts";

test("lists the changes and the images of all systems of a session", async (t) => {
  const ownPath = mkdtempSync(join(tmpdir(), "tembo-changes-"));
  t.after(() => rmSync(ownPath, { recursive: true, force: true }));
  assert.deepEqual(await listChanges(ownPath), [], "a session without a system");
  const [user, root] = (["user", "root"] as const).map((profile) =>
    changesIn(systemIn(ownPath, { layers: ["sha256:a"], profile })),
  );
  const folders = [user!.upper, root!.upper, root!.containers];
  for (const folder of [...folders, root!.work]) mkdirSync(folder, { recursive: true });
  assert.deepEqual((await listChanges(ownPath)).toSorted(), folders.toSorted());
});
