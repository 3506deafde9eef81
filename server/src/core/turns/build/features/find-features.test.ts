import assert from "node:assert/strict";
import { test } from "node:test";
import { createBaseFiles } from "../../../../base-files/create-base-files.ts";
import { AppError } from "../../../base/index.ts";
import type { UsedFeature } from "../base-files.ts";
import type { BuildCheckout, BuildContext } from "../build-context.ts";
import { findFeatures } from "./find-features.ts";

const { signal } = new AbortController();
const checkout = {} as BuildCheckout;
const used = (id: string, options: Record<string, string> = {}): UsedFeature => ({
  name: `r.example/${id}:1`,
  folder: null,
  options,
});

/** Finds features in a registry with the metadata of each feature by ID. */
async function find(
  registry: Readonly<Record<string, object>>,
  features: readonly UsedFeature[],
  bytes: Readonly<Record<string, number>> = {},
  downloads: string[] = [],
) {
  let log = "";
  const readFeature = async ({ reference }: { readonly reference: string }) => {
    downloads.push(reference);
    const id = reference.slice("r.example/".length, reference.lastIndexOf(":"));
    const metadata = registry[id];
    if (metadata === undefined) throw new AppError("image_failed", `${id} is missing`);
    const file = (path: string, content: string | Buffer) => ({
      ...{ path, isExecutable: false },
      content: Buffer.from(content as string),
    });
    const files = [
      file("devcontainer-feature.json", JSON.stringify(metadata)),
      file("install.sh", Buffer.alloc(bytes[id] ?? 1, id)),
    ];
    return { pinned: `${reference}@digest`, files };
  };
  const context = {
    ports: { images: { readFeature }, baseFiles: createBaseFiles() },
    organization: { id: "o" },
    build: { recipe: { source: { kind: "devcontainer", repositoryId: "r" } } },
    output: {
      add: async (text: string) => {
        log += text;
      },
    },
  } as unknown as BuildContext;
  const found = await findFeatures(context, checkout, { features, installOrder: [], folder: "." }, signal);
  return { found, downloads, log };
}

test("adds the features that others need, each once for equal options", async () => {
  const registry = {
    base: { options: { a: { default: "1" } } },
    one: { dependsOn: { "r.example/base:1": {} } },
    two: { dependsOn: { "r.example/base:1": { a: "1" }, "r.example/one:1": {} }, init: true },
    three: { dependsOn: { "r.example/base:1": { a: "2" } } },
  };
  const { found, downloads, log } = await find(registry, [used("two"), used("three"), used("one")]);
  assert.deepEqual(
    found.map(({ resource, variables }) => [resource.slice("r.example/".length), variables]),
    [
      ["base", { A: "1" }],
      ["base", { A: "2" }],
      ["one", {}],
      ["three", {}],
      ["two", {}],
    ],
  );
  assert.equal(downloads.length, 4);
  assert.match(log, /The feature r\.example\/one:1 is r\.example\/one:1@digest\.\]\n/);
  assert.match(log, /r\.example\/two:1 has properties without effect in a sandbox: init\./);
});

test("ends for features that need each other in a circle, or too many others", async () => {
  const circle = {
    a: { dependsOn: { "r.example/b:1": {} } },
    b: { dependsOn: { "r.example/a:1": {} } },
  };
  await assert.rejects(find(circle, [used("a")]), { message: /depend on each other in a circle/ });
  const options = (index: number) => ({ version: String(index) });
  const many = Array.from({ length: 31 }, (_, index) => used("a", options(index)));
  assert.equal((await find({ a: {} }, many.slice(1))).found.length, 30);
  await assert.rejects(find({ a: {} }, many), { code: "invalid_input", message: /more than 30 features/ });
  const chain = Object.fromEntries(
    many.map((_, index) => [`n${index}`, { dependsOn: { [`r.example/n${index + 1}:1`]: {} } }]),
  );
  await assert.rejects(find({ ...chain, n31: {} }, [used("n0")]), { message: /more than 30 features/ });
});

test("limits downloads, also of equal features", async () => {
  const tag = (_: unknown, index: number) => ({ ...used("a"), name: `r.example/a:${index}` });
  const tags = Array.from({ length: 31 }, tag);
  const downloads: string[] = [];
  const rejected = { code: "invalid_input", message: /more than 30 features/ };
  await assert.rejects(find({ a: {} }, tags, {}, downloads), rejected);
  assert.equal(downloads.length, 30);
  assert.equal((await find({ a: {} }, tags.slice(1))).found.length, 1, "control");
});

test("rejects features that are too large together, missing or incomplete", async () => {
  const registry = { a: {}, b: {}, c: { dependsOn: { "r.example/absent:1": {} } }, d: { privileged: true } };
  const large = { a: 40 * 1024 ** 2, b: 30 * 1024 ** 2 };
  await assert.rejects(find(registry, [used("a"), used("b")], large), { message: /more than 64 MiB/ });
  assert.equal((await find(registry, [used("a")], large)).found.length, 1);
  await assert.rejects(find(registry, [used("c")]), { code: "image_failed" });
  await assert.rejects(find(registry, [used("d")]), { message: /r\.example\/d:1 requires privileged mode/ });
});

test("changes the key with the content and with options", async () => {
  const keyOf = async (metadata: object, options = {}, bytes = 1) =>
    (await find({ a: metadata }, [used("a", options)], { a: bytes })).found[0]!.key;
  const key = await keyOf({});
  assert.equal(await keyOf({}), key);
  for (const other of [keyOf({ init: true }), keyOf({}, { version: "1" }), keyOf({}, {}, 2)])
    assert.notEqual(await other, key);
});
