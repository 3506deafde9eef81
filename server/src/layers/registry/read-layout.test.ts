import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import type { LocalImage } from "../../core/turns/index.ts";
import { digestOf } from "../testing/serve-registry.ts";
import { readLayout } from "./read-layout.ts";

const oci = "application/vnd.oci.image";
const signal = new AbortController().signal;

function makeLayout(
  change: (files: Map<string, string>) => void = () => {},
  layerType = `${oci}.layer.v1.tar`,
) {
  const files = new Map<string, string>();
  const put = (mediaType: string, text: string) => {
    const digest = digestOf(text);
    files.set(`blobs/${digest.replace(":", "/")}`, text);
    return { mediaType, digest, size: Buffer.byteLength(text) };
  };
  const layer = put(layerType, "archive");
  const config = put(`${oci}.config.v1+json`, JSON.stringify({ config: { Env: ["A=b"] } }));
  const manifest = { schemaVersion: 2, mediaType: `${oci}.manifest.v1+json`, config, layers: [layer] };
  const manifests = [put(`${oci}.manifest.v1+json`, JSON.stringify(manifest))];
  files.set("index.json", JSON.stringify({ schemaVersion: 2, manifests }));
  change(files);
  const opened: string[] = [];
  const open = async function* (path: string) {
    opened.push(path);
    const text = files.get(path);
    if (text !== undefined) yield Buffer.from(text);
  };
  return { open, opened, layer };
}

async function download(image: LocalImage): Promise<string[]> {
  const archives: string[] = [];
  for await (const archive of image.download(signal)) archives.push(String(await buffer(archive)));
  return archives;
}

const read = (layout: ReturnType<typeof makeLayout>, maxBytes = 1_000) =>
  readLayout(layout, maxBytes, signal);

test("reads the image of a layout", async () => {
  const layout = makeLayout();
  const image = await read(layout);
  assert.deepEqual(image.config, { env: ["A=b"], user: "", workingFolder: "" });
  assert.deepEqual(await download(image), ["archive"]);
});

test("rejects a layout that is not valid", async () => {
  const failed = (message: RegExp) => ({ code: "image_failed", message });
  const without = (path: string) => makeLayout((files) => files.delete(path));
  await assert.rejects(read(without("index.json")), failed(/exactly one image/));
  const twice = makeLayout((files) => {
    const { manifests } = JSON.parse(files.get("index.json")!);
    files.set("index.json", JSON.stringify({ manifests: [...manifests, ...manifests] }));
  });
  await assert.rejects(read(twice), failed(/exactly one image/));
  const large = makeLayout((files) => files.set("index.json", " ".repeat(5 * 1024 ** 2)));
  await assert.rejects(read(large), failed(/too long/));
  const forged = makeLayout((files) => {
    for (const [path, text] of files)
      if (text.includes("config")) files.set(path, text.replace("A=b", "A=c"));
  });
  await assert.rejects(read(forged), failed(/wrong digest/));
  const outside = makeLayout((files) =>
    files.set("index.json", files.get("index.json")!.replaceAll(/sha256:\w+/g, "sha256:../../../etc/passwd")),
  );
  await assert.rejects(read(outside), failed(/exactly one image/));
  assert.deepEqual(outside.opened, ["index.json"]);
  await assert.rejects(read(makeLayout(undefined, "text/plain")), failed(/unknown type/));
  await assert.rejects(read(makeLayout(), 3), { code: "too_large" });
});

test("rejects a layer that is longer than its declared size or has a wrong digest", async () => {
  for (const [text, message] of [
    ["archive and more", /longer than it should be/],
    ["ARCHIVE", /wrong digest/],
    ["", /wrong digest/],
  ] as const) {
    const layout = makeLayout((files) => {
      for (const [path, body] of files) if (body === "archive") files.set(path, text);
    });
    const image = await read(layout);
    await assert.rejects(download(image), { code: "image_failed", message });
  }
});
