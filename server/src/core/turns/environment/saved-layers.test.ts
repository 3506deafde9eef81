import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../base/index.ts";
import type { ProjectSnapshot } from "../../sessions/index.ts";
import { fetchLayers } from "./fetch-layers.ts";
import { saveLayers } from "./save-layers.ts";

const never = new AbortController().signal;
const environment = (pinned: string | null, ...layers: string[]) =>
  ({
    base: { identity: "app", pinned, env: {}, user: "user", startScript: null },
    layers,
    recipe: { source: { kind: "image", reference: "app" } },
  }) as unknown as ProjectSnapshot;

/** Machines that share a blob store, whose blobs are named after the layers in them. */
function makeMachines({ savesWorkspaces = true, damaged = "" } = {}) {
  const saved = new Map<string, string>();
  const store = {
    savedLayers: {
      find: async (_organization: string, digest: string) => saved.get(digest) ?? null,
      renew: async (_organization: string, digest: string) => saved.has(digest),
      delete: async (_organization: string, digest: string) => void saved.delete(digest),
      insert: async ({ digest, blobId }: { digest: string; blobId: string }) =>
        void saved.set(digest, blobId),
    },
  };
  const blobs = {
    put: async (_owner: object, bytes: AsyncIterable<unknown>) => {
      for await (const digest of bytes) return { id: `blob of ${String(digest)}` };
      throw new Error("The archive is empty.");
    },
    get: (_organization: string, id: string) => id,
  };
  const machine = (...here: string[]) => {
    const own = new Set(here);
    const layers = {
      find: async (digest: string) => (own.has(digest) ? { digest } : null),
      async *export(digest: string) {
        if (!own.has(digest)) throw new AppError("not_found", "The layer is missing.");
        yield digest;
      },
      add: async ({ kind, archive }: { kind: string; archive: string }) => {
        const digest = kind === "image" ? "base" : archive.replace("blob of ", "");
        const result = digest === damaged ? "other" : digest;
        own.add(result);
        return { digest: result };
      },
    };
    const ports = {
      ...{ store, blobs, clock: { now: () => new Date(0) }, settings: { savesWorkspaces } },
      layers: async () => layers,
      compression: { compress: (bytes: unknown) => bytes },
      images: { resolve: async () => ({ download: () => [] }) },
    };
    return {
      own,
      save: (of: ProjectSnapshot) => saveLayers(ports as never, "o", of, never),
      fetch: (of: ProjectSnapshot) => fetchLayers(ports as never, "o", of, never),
    };
  };
  return { machine, saved };
}

test("takes the layers that no registry has from the blob store, and the base from its registry", async () => {
  const { machine, saved } = makeMachines();
  const [image, dockerfile] = [environment("app@1", "base", "setup"), environment(null, "built", "setup")];
  await machine("base", "setup", "built").save(image);
  assert.deepEqual([...saved.keys()], ["setup"]);
  await machine("base", "setup", "built").save(dockerfile);
  assert.deepEqual([...saved.keys()], ["setup", "built"]);
  const other = machine();
  assert.equal(await other.fetch(image), true);
  assert.deepEqual([...other.own], ["base", "setup"]);
  assert.equal(await other.fetch(dockerfile), true);
  assert.deepEqual([...other.own], ["base", "setup", "built"]);
  assert.equal(await other.fetch(dockerfile), false, "the machine has all layers");
});

test("fetches nothing that was not saved, and saves nothing without a shared blob store", async () => {
  const { machine, saved } = makeMachines({ savesWorkspaces: false });
  const built = environment(null, "setup");
  await machine("setup").save(built);
  assert.equal(saved.size, 0);
  assert.equal(await machine().fetch(built), false);
});

test("rejects a saved layer that differs from the one that was built", async () => {
  const { machine, saved } = makeMachines({ damaged: "setup" });
  const built = environment(null, "setup");
  await machine("setup").save(built);
  await assert.rejects(machine().fetch(built), { code: "layer_broken", message: /differs from the layer/ });
  assert.equal(saved.size, 0, "the next build saves the layer again");
});
