import assert from "node:assert/strict";
import { linkSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { archiveOf, never } from "./contract/suite.ts";
import { createLayer } from "./create-layer.ts";
import { folderFormat } from "./formats/folder-format.ts";
import type { LayerFormat } from "./formats/format.ts";
import { erofsFormat } from "./formats/image-format.ts";
import {
  makeLayersFolder,
  type OpenLayers,
  skipReason,
  testLimits,
  testOwner,
} from "./testing/open-layers.ts";

const skip = skipReason(testOwner === null ? "ownFolder" : "folder");

interface Attack {
  readonly entryName: "image" | "tree";
  readonly leave: (entry: string, victim: string) => void;
}

/** Results of a compromised tool. `victim` is a folder of the host with a file. */
const attacks: Readonly<Record<string, Attack>> = {
  "a link to a file": {
    entryName: "image",
    leave: (entry, victim) => symlinkSync(join(victim, "file"), entry),
  },
  "a second name of a file": {
    entryName: "image",
    leave: (entry, victim) => linkSync(join(victim, "file"), entry),
  },
  "a folder as an image": { entryName: "image", leave: (entry) => mkdirSync(entry) },
  "a link to a folder": { entryName: "tree", leave: (entry, victim) => symlinkSync(victim, entry) },
  "a file as a folder": { entryName: "tree", leave: (entry) => writeFileSync(entry, "x") },
  nothing: { entryName: "image", leave: () => {} },
};

/** Format whose tool reads the archive, and then leaves something else. */
function hostileFormat({ entryName, leave }: Attack, victim: string): LayerFormat {
  const owner = testOwner;
  const real = entryName === "tree" || owner === null ? folderFormat(owner) : erofsFormat(owner);
  return {
    ...real,
    entryName,
    create: async (archive, folder) => {
      for await (const _ of archive);
      leave(join(folder, entryName), victim);
    },
  };
}

function makeVictim(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "tembo-victim-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "closed"), { mode: 0o500 });
  writeFileSync(join(folder, "file"), "of the host", { mode: 0o644 });
  return folder;
}

const stateOf = (victim: string) =>
  ["", "closed", "file"].map((name) => {
    const { mode, uid, gid } = statSync(join(victim, name));
    return [mode, uid, gid].join();
  });

for (const [name, attack] of Object.entries(attacks)) {
  test(`rejects ${name} that a compromised tool left, and changes no file of the host`, {
    skip,
  }, async (t) => {
    const victim = makeVictim(t);
    const before = stateOf(victim);
    const { open }: { readonly open: OpenLayers } = await makeLayersFolder(
      t,
      testOwner === null ? "ownFolder" : "folder",
    );
    const layers = await open({ formats: [hostileFormat(attack, victim)] });
    await assert.rejects(layers.add(archiveOf({ name: "file", body: "x" }), never), {
      code: "unavailable",
      message: /did not create/,
    });
    assert.deepEqual(stateOf(victim), before);
  });
}

test("removes a link that a compromised tool left without following it, also without root", {
  skip,
}, async (t) => {
  const victim = makeVictim(t);
  const before = stateOf(victim);
  const entry = join(mkdtempSync(join(tmpdir(), "tembo-entry-")), "tree");
  t.after(() => rmSync(join(entry, ".."), { recursive: true }));
  symlinkSync(victim, entry);
  await folderFormat(null).remove(entry);
  assert.deepEqual(stateOf(victim), before);
  assert.equal(statSync(entry, { throwIfNoEntry: false }), undefined);
});

test("accepts what the real tool creates", { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-created-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const creation = { owner: testOwner, format: folderFormat(testOwner), limits: testLimits };
  const { record } = await createLayer(creation, archiveOf({ name: "file" }), join(folder, "layer"), never);
  assert.equal(record.broken, null);
});
