import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { inChunks, makeTar, type TarEntry } from "../testing/make-tar.ts";
import { archiveOf, never, type Suite } from "./suite.ts";

const imageOf = (...layers: readonly (readonly TarEntry[])[]) => ({
  kind: "image" as const,
  needsGlibc: false,
  layers: (async function* () {
    for (const entries of layers) yield inChunks(gzipSync(makeTar(entries)));
  })(),
});

export function testImages(suite: Suite): void {
  suite("flattens the layers of an image, with whiteouts and opaque folders", async (_t, { layers }) => {
    const source = imageOf(
      [
        { name: "kept", body: "lower" },
        { name: "removed", body: "x" },
        { name: "emptied/" },
        { name: "emptied/old", body: "x" },
        { name: "emptied/deep/old", body: "x" },
        { name: "replaced/" },
        { name: "replaced/old", body: "x" },
        { name: "usr/lib/" },
        { name: "lib", type: "2", target: "usr/lib" },
      ],
      [
        { name: ".wh.removed" },
        { name: "emptied/new", body: "y" },
        { name: "emptied/.wh..wh..opq" },
        { name: "replaced", body: "now a file" },
        { name: ".wh.replaced" },
        { name: "lib/added", body: "z" },
        { name: "linked", type: "1", target: "lib/added" },
        { name: ".wh.missing" },
      ],
    );
    const { digest } = await layers.add(source, never);
    const { folders, release } = await layers.mount([digest], never);
    const { path } = folders[0]!;
    assert.deepEqual(readdirSync(path).sort(), ["emptied", "kept", "lib", "linked", "replaced", "usr"]);
    assert.deepEqual(readdirSync(join(path, "emptied")), ["new"]);
    assert.equal(readFileSync(join(path, "replaced"), "utf8"), "now a file");
    assert.equal(readFileSync(join(path, "usr/lib/added"), "utf8"), "z");
    assert.equal(readFileSync(join(path, "linked"), "utf8"), "z");
    await release();
  });

  suite("gives a flattened image the digest of the same root file system", async (_t, { layers }) => {
    const file = { name: "a", body: "x" };
    const flattened = await layers.add(imageOf([{ name: "b" }], [{ name: ".wh.b" }, file]), never);
    assert.equal(flattened.digest, (await layers.add(archiveOf(file), never)).digest);
  });

  suite("rejects an image without glibc, in which no harness runs", async (_t, { layers }) => {
    const loader = process.arch === "arm64" ? "ld-linux-aarch64.so.1" : "ld-linux-x86-64.so.2";
    const links = ["lib", "lib64"].map((name) => ({ name, type: "2", target: `usr/${name}` }));
    const files = ["lib", "lib64"].map((name) => ({ name: `usr/${name}/${loader}`, body: "x" }));
    const musl = [...links, { name: "usr/lib/ld-musl-x86_64.so.1" }];
    const message = /no \/lib.*ld-linux.*Alpine/;
    await assert.rejects(layers.add({ ...imageOf(musl), needsGlibc: true }, never), {
      code: "invalid_input",
      message,
    });
    await layers.add({ ...imageOf([...links, ...files]), needsGlibc: true }, never);
  });

  suite("treats names of whiteouts in a root file system as names", async (_t, { layers }) => {
    const { digest } = await layers.add(archiveOf({ name: "a" }, { name: ".wh.a" }), never);
    const { folders, release } = await layers.mount([digest], never);
    assert.deepEqual(readdirSync(folders[0]!.path).sort(), [".wh.a", "a"]);
    await release();
  });
}
