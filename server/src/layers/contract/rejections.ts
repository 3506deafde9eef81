import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { LayerSource } from "../../core/turns/index.ts";
import type { DiskLayers } from "../disk-layers.ts";
import { inChunks, makeTar, type TarEntry } from "../testing/make-tar.ts";
import { testLimits } from "../testing/open-layers.ts";
import { archiveOf, fileLayer, never, type Suite } from "./suite.ts";

const good: TarEntry = { name: "file", body: "content" };
const bytesOf = (bytes: Buffer): LayerSource => ({ kind: "archive", archive: inChunks(bytes) });
const damaged = Buffer.from(makeTar([good]));
damaged[0] = 66;
const bomb = gzipSync(makeTar([{ name: "zeros", body: Buffer.alloc(testLimits.maxBytes + 1) }]));
const sparse = {
  name: "holes",
  body: `${"1\n0\n1\n".padEnd(512, "\0")}x`,
  pax: {
    "GNU.sparse.major": "1",
    "GNU.sparse.minor": "0",
    "GNU.sparse.name": "holes",
    "GNU.sparse.realsize": String(testLimits.maxBytes * 1_000),
  },
};
/** Each link leads to a path of 3,000 bytes below the one before, so that the last path has 18,000. */
function deepTree(): LayerSource {
  const folders = "a/".repeat(1_500);
  const links = [1, 2, 3, 4, 5, 6].flatMap((number): TarEntry[] => [
    {
      name: `l${number}`,
      type: "2",
      pax: { linkpath: `${number === 1 ? "" : `l${number - 1}/`}${folders}` },
    },
    { name: `l${number}/x/` },
  ]);
  return archiveOf(...links);
}
const many = Array.from({ length: testLimits.maxEntries + 1 }, (_, index) => ({ name: `${index}` }));
const attributes = Array.from({ length: 3 }, (_, index) => ({
  name: `${index}`,
  pax: { "SCHILY.xattr.user.a": "x".repeat(400_000) },
}));

type Rejected = readonly [name: string, source: LayerSource, code: string, message: RegExp];

/** Creates the archives for one test, because an archive can be read once. */
const createRejected = (): readonly Rejected[] => [
  ["a path with ..", archiveOf({ name: "a/../../etc/x", body: "x" }), "invalid_input", /contains "\.\."/],
  ["a link with ..", archiveOf({ name: "a", type: "1", target: "../../etc/x" }), "invalid_input", /contains/],
  [
    "a hard link without a target",
    archiveOf({ name: "a", type: "1", target: "etc/x" }),
    "invalid_input",
    /no target/,
  ],
  ["a file as a folder", archiveOf(good, { name: "file/below", body: "x" }), "invalid_input", /needed/],
  [
    "a link to itself",
    archiveOf({ name: "a", type: "2", target: "a" }, { name: "a/b" }),
    "invalid_input",
    /too many/,
  ],
  ["links to thousands of nested folders", deepTree(), "invalid_input", /too long when its links/],
  ["an unknown type", archiveOf({ name: "a", type: "M" }), "invalid_input", /unknown type/],
  ["a wrong checksum", bytesOf(damaged), "invalid_input", /checksum/],
  ["an incomplete file", bytesOf(makeTar([good]).subarray(0, 515)), "invalid_input", /incomplete/],
  [
    "an incomplete gzip file",
    bytesOf(gzipSync(makeTar([good])).subarray(0, 60)),
    "invalid_input",
    /decompressed/,
  ],
  ["no archive", bytesOf(Buffer.alloc(0)), "invalid_input", /empty/],
  [
    "a malformed extended header",
    archiveOf({ name: "p", type: "x", body: "99 a=b\n" }),
    "invalid_input",
    /malformed/,
  ],
  ["a compressed bomb", bytesOf(bomb), "too_large", /more than 4 MiB/],
  ["a sparse file that is too large", archiveOf(sparse), "too_large", /more than 4 MiB/],
  ["too many entries", archiveOf(...many), "too_large", /more than 1000 entries/],
  ["too many attributes", archiveOf(...attributes), "too_large", /attributes/],
  [
    "an extended header of gigabytes",
    archiveOf({ name: "p", type: "x", body: Buffer.alloc(1024 ** 2 + 1, "x") }),
    "too_large",
    /extended header/,
  ],
];

export function testRejections(suite: Suite): void {
  suite("rejects malformed and excessive archives, and keeps nothing of them", async (t, {
    dataDir,
    layers,
  }) => {
    for (const [name, source, code, message] of createRejected())
      await t.test(name, async () => {
        await assert.rejects(layers.add(source, never), { code, message });
      });
    assert.deepEqual(contentOf(dataDir), { store: 0, new: 0 });
    await layers.add(archiveOf(good), never);
    assert.deepEqual(contentOf(dataDir), { store: 1, new: 0 }, "control");
  });

  suite("follows the links of an archive only inside its tree", async (_t, { layers }) => {
    const outside = `tembo-escape-${process.pid}`;
    const source = archiveOf(
      { name: "absolute", type: "2", target: "/tmp" },
      { name: `absolute/${outside}`, body: "x" },
      { name: "upwards", type: "2", target: "../../../../../../tmp" },
      { name: `upwards/${outside}-2`, body: "x" },
    );
    const { digest } = await layers.add(source, never);
    const { folders, release } = await layers.mount([digest], never);
    assert.deepEqual(readdirSync(join(folders[0]!.path, "tmp")).sort(), [outside, `${outside}-2`]);
    assert.ok(!readdirSync("/tmp").some((name) => name.startsWith(outside)));
    await release();
  });

  suite("stores a sparse file that fits with zeros for its holes", async (_t, { layers }) => {
    const small = { ...sparse, pax: { ...sparse.pax, "GNU.sparse.realsize": "5000" } };
    const plain = { name: "holes", body: Buffer.concat([Buffer.from("x"), Buffer.alloc(4_999)]) };
    const { digest } = await layers.add(archiveOf(small), never);
    assert.equal(digest, (await layers.add(archiveOf(plain), never)).digest);
  });

  suite("rethrows the error of the source and the reason of an abort", async (_t, { dataDir, layers }) => {
    const broken = (async function* () {
      yield makeTar([good]).subarray(0, 512);
      throw new Error("the source failed");
    })();
    await assert.rejects(layers.add({ kind: "archive", archive: broken }, never), /the source failed/);
    const abort = new AbortController();
    const endless = (async function* () {
      yield makeTar([good]).subarray(0, 512);
      abort.abort(new Error("no longer needed"));
      await new Promise(() => {});
    })();
    await assert.rejects(layers.add({ kind: "archive", archive: endless }, abort.signal), /no longer needed/);
    assert.deepEqual(contentOf(dataDir), { store: 0, new: 0 });
  });

  suite("adds the same tree several times at once", async (_t, { dataDir, layers }) => {
    const added = await Promise.all([1, 2, 3].map(() => layers.add(fileLayer("same"), never)));
    assert.equal(new Set(added.map(({ digest }) => digest)).size, 1);
    assert.deepEqual(contentOf(dataDir), { store: 1, new: 0 });
  });

  suite("adds and uses the same tree in several servers at once", async (_t, { dataDir, open }) => {
    const servers = await Promise.all([open(), open(), open()]);
    for (let round = 0; round < 3; round++) {
      const content = async (layers: DiskLayers) => {
        const { digest } = await layers.add(fileLayer("same"), never);
        const { folders, release } = await layers.mount([digest], never);
        const text = readFileSync(join(folders[0]!.path, "file"), "utf8");
        await release();
        await layers.remove(digest);
        return text;
      };
      const results = await Promise.allSettled(servers.map(content));
      const failures = results.flatMap((one) =>
        one.status === "rejected" ? [one.reason.code] : [one.value],
      );
      // Another server may remove the layer between the addition and the use.
      for (const found of failures) assert.ok(["same", "not_found"].includes(found), String(found));
    }
    assert.equal(contentOf(dataDir).new, 0);
  });
}

const contentOf = (dataDir: string) => ({
  store: readdirSync(join(dataDir, "layers/store")).length,
  new: readdirSync(join(dataDir, "layers/new")).length,
});
