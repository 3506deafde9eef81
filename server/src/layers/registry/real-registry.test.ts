import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { startDockerRegistry } from "../testing/docker-registry.ts";
import { makeTar } from "../testing/make-tar.ts";
import { makeLayersFolder, skipReason, testOwner } from "../testing/open-layers.ts";
import { digestOf } from "../testing/serve-registry.ts";
import { createImages } from "./create-images.ts";

const never = new AbortController().signal;
const hasTools = ["docker-registry", "skopeo"].every(
  (tool) => spawnSync(tool, ["--version"]).error === undefined,
);
const format = testOwner === null ? "ownFolder" : "folder";
const architecture = process.arch === "x64" ? "amd64" : process.arch;
const oci = "application/vnd.oci.image";

test("turns an image of a real registry into a layer", {
  timeout: 60_000,
  skip: hasTools ? skipReason(format) : "needs docker-registry and skopeo",
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-registry-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const { host, close } = await startDockerRegistry(folder);
  t.after(close);
  const layout = makeLayout(folder, [
    {
      type: `${oci}.layer.v1.tar+gzip`,
      body: gzipSync(makeTar([{ name: "a", body: "lower" }, { name: "b" }])),
    },
    { type: `${oci}.layer.v1.tar+zstd`, body: zstdCompressSync(makeTar([{ name: ".wh.b" }, { name: "c" }])) },
  ]);
  const target = `docker://${host}/team/app:1`;
  execFileSync("skopeo", ["copy", "--quiet", "--dest-tls-verify=false", `oci:${layout}`, target], {
    stdio: "pipe",
  });
  const images = createImages({ fetch: testOutbound().fetch, maxBytes: 1024 ** 2 });
  const image = await images.resolve({ reference: `${host}/team/app:1`, credential: null }, never);
  const { open } = await makeLayersFolder(t, format);
  const layers = await open();
  const { digest } = await layers.add(
    { kind: "image", layers: image.download(never), needsGlibc: false },
    never,
  );
  const { folders, release } = await layers.mount([digest], never);
  assert.deepEqual(readdirSync(folders[0]!.path).sort(), ["a", "c"]);
  assert.equal(readFileSync(join(folders[0]!.path, "a"), "utf8"), "lower");
  await release();
  const again = await images.resolve({ reference: image.pinned, credential: null }, never);
  assert.equal(again.pinned, image.pinned);
  await assert.rejects(images.resolve({ reference: `${host}/team/app:2`, credential: null }, never), {
    code: "image_failed",
    message: /does not have "2"/,
  });
});

/** Writes an image in the layout of the OCI image specification. */
function makeLayout(
  folder: string,
  layers: readonly { readonly type: string; readonly body: Buffer }[],
): string {
  const layout = join(folder, "layout");
  mkdirSync(join(layout, "blobs/sha256"), { recursive: true });
  const put = (mediaType: string, body: Buffer) => {
    writeFileSync(join(layout, "blobs/sha256", digestOf(body).slice(7)), body);
    return { mediaType, digest: digestOf(body), size: body.length };
  };
  const putJson = (type: string, value: object) => put(type, Buffer.from(JSON.stringify(value)));
  const config = putJson(`${oci}.config.v1+json`, {
    os: "linux",
    architecture,
    rootfs: { type: "layers", diff_ids: layers.map(({ body }) => digestOf(body)) },
  });
  const manifest = putJson(`${oci}.manifest.v1+json`, {
    schemaVersion: 2,
    mediaType: `${oci}.manifest.v1+json`,
    config,
    layers: layers.map(({ type, body }) => put(type, body)),
  });
  writeFileSync(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  writeFileSync(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  return layout;
}
