import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { requireMounted } from "./open-blob-store.ts";

const storeWith = (hasAny: boolean) => ({ blobs: { hasAny: async () => hasAny } });

test("does not start with a shared folder that is not mounted, and explains the fix", async (t) => {
  const sharedPath = mkdtempSync(join(tmpdir(), "tembo-shared-"));
  t.after(() => rmSync(sharedPath, { recursive: true }));
  const blobs = { kind: "folder", sharedPath } as const;
  for (const path of [sharedPath, join(sharedPath, "missing")])
    await assert.rejects(requireMounted({ ...blobs, sharedPath: path }, storeWith(true)), {
      code: "unavailable",
      message:
        /does not contain the blobs of this database\. Mount it, or correct TEMBO_BLOBS\..*create the folder/,
    });
  await requireMounted(blobs, storeWith(false));
  mkdirSync(join(sharedPath, "o"));
  await requireMounted(blobs, storeWith(true));
});

test("accepts the folder of the data folder and a bucket without looking", async () => {
  await requireMounted({ kind: "folder", sharedPath: null }, storeWith(true));
});
