import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { makeTar } from "../testing/make-tar.ts";
import { pushFeature, serveRegistry } from "../testing/serve-registry.ts";
import { createImages } from "./create-images.ts";

const never = new AbortController().signal;
const images = createImages({
  fetch: testOutbound().fetch,
  maxBytes: 1024 ** 2,
  backoff: { firstMs: 1, maxMs: 1 },
});
const repository = "acme/features/go";
const archive = makeTar([
  { name: "./" },
  { name: "./devcontainer-feature.json", body: "{}" },
  { name: "./install.sh", body: "echo 1", mode: 0o755 },
  { name: Buffer.from("./files/ä").toString("latin1"), body: "x" },
]);

async function read(t: TestContext, body: Buffer, layerType?: string) {
  const registry = await serveRegistry(t, []);
  const digest = pushFeature(registry.content, { repository }, body, layerType);
  const reference = `${registry.host}/${repository}:1`;
  const readAt = (at: string) => images.readFeature({ reference: at, credential: null }, never);
  return { registry, digest, feature: await readAt(reference), readAt };
}

test("downloads a feature with its digest, plain or compressed", async (t) => {
  const { registry, digest, feature, readAt } = await read(t, archive);
  assert.equal(feature.pinned, `${registry.host}/${repository}@${digest}`);
  assert.deepEqual(
    feature.files.map(({ path, isExecutable, content }) => [path, isExecutable, content.toString()]),
    [
      ["devcontainer-feature.json", false, "{}"],
      ["install.sh", true, "echo 1"],
      ["files/ä", false, "x"],
    ],
  );
  pushFeature(registry.content, { repository }, makeTar([{ name: "a", body: "moved" }]));
  assert.deepEqual((await readAt(feature.pinned)).files, feature.files);
  assert.deepEqual((await read(t, gzipSync(archive))).feature.files, feature.files);
});

test("rejects something that is not a feature, and a forged archive", async (t) => {
  const failsWith = (message: RegExp) => ({ code: "image_failed", message });
  await assert.rejects(
    read(t, archive, "application/vnd.oci.image.layer.v1.tar"),
    failsWith(/not a feature/),
  );
  const { registry, readAt } = await read(t, archive);
  await assert.rejects(readAt(`${registry.host}/app:1`), { code: "image_failed" });
  await assert.rejects(readAt(`${registry.host}/${repository}:2`), failsWith(/does not have "2"/));
  for (const [path, file] of registry.content)
    if (path.startsWith(`/v2/${repository}/blobs`)) file.body = Buffer.from(file.body).fill("x", 0, 1);
  await assert.rejects(readAt(`${registry.host}/${repository}:1`), failsWith(/wrong digest/));
});

test("rejects archives with paths outside, links, devices and too much content", async (t) => {
  const big = Buffer.alloc(17 * 1024 ** 2);
  for (const [body, message] of [
    [makeTar([{ name: "../escape", body: "x" }]), /contains \\?"\.\.\\?"/],
    [makeTar([{ name: "a/../../escape", body: "x" }]), /contains \\?"\.\.\\?"/],
    [makeTar([{ name: "a\0", pax: { path: "a\0b" } }]), /NUL/],
    [makeTar([{ name: "a", type: "2", target: "/etc/passwd" }]), /neither a file nor a folder/],
    [makeTar([{ name: "a", type: "1", target: "b" }]), /neither a file nor a folder/],
    [makeTar([{ name: "a", type: "3", device: [1, 3] }]), /neither a file nor a folder/],
    [
      makeTar([
        { name: "a", body: "x" },
        { name: "a/b", body: "x" },
      ]),
      /a\\?" is a file where a folder is needed/,
    ],
    [makeTar([{ name: ".", body: "x" }]), /root is a file/],
    [makeTar([{ name: "a", pax: { "GNU.sparse.size": "999999999", "GNU.sparse.map": "0,0" } }]), /sparse/],
    [makeTar(Array.from({ length: 501 }, (_, index) => ({ name: `${index}` }))), /more than 500 files/],
    [gzipSync(makeTar([{ name: "a", body: big }])), /more than 16 MiB/],
    [big, /more than 16 MiB/],
    [gzipSync(archive).subarray(0, 100), /cannot be decompressed/],
    [archive.subarray(0, 1_100), /incomplete/],
    [Buffer.from("x".repeat(1_024)), /rejected: it is damaged/],
  ] as const)
    await assert.rejects(read(t, body), { code: "image_failed", message });
});

test("rejects archives that would take long to parse", async (t) => {
  const header = (type: string, bytes: number) => ({ name: type, type, body: recordOf(bytes) });
  const folders = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `${index}/` }));
  const file = { name: "a", body: "x" };
  // git archive writes a global header with the commit.
  const { feature } = await read(
    t,
    makeTar([header("g", 4_096), ...folders(1_900), { ...file, pax: { path: "b" } }]),
  );
  assert.deepEqual(
    feature.files.map(({ path }) => path),
    ["b"],
  );
  for (const [entries, message] of [
    [[header("g", 4_097), file], /extended header has more than 4 KiB/],
    [[header("g", 4_096), header("g", 20), file], /extended header has more than 4 KiB/],
    [[header("x", 4_097), file], /extended header has more than 4 KiB/],
    [[header("L", 4_097), file], /extended header has more than 4 KiB/],
    [folders(2_001), /more than 2000 headers/],
    [Array.from({ length: 2_001 }, () => header("x", 20)), /more than 2000 headers/],
    [Array.from({ length: 2_001 }, () => ({ name: "label", type: "V" })), /more than 2000 headers/],
  ] as const)
    await assert.rejects(read(t, makeTar(entries)), { code: "image_failed", message });
});

/** Returns a record of an extended header with this length, which begins with it. */
const recordOf = (bytes: number) => `${bytes} comment=`.padEnd(bytes - 1, "x").concat("\n");

test("places absolute paths inside the feature", async (t) => {
  const { feature } = await read(t, makeTar([{ name: "/etc/passwd", body: "x" }]));
  assert.deepEqual(
    feature.files.map(({ path }) => path),
    ["etc/passwd"],
  );
});
