import assert from "node:assert/strict";
import { test } from "node:test";
import type { SandboxSystem } from "../../sandbox/sandbox.ts";
import type { BuildContext, OpenedSandbox } from "../build-context.ts";
import { buildDevShells } from "./build-dev-shells.ts";

const user: SandboxSystem = { layers: ["sha256:a"], profile: "user", env: {} };

/** Builds the dev shell of the repository `shop`. The context has nothing else that a build needs. */
async function build(system: SandboxSystem | null, installsDependencies = true) {
  let log = "";
  const phases: string[] = [];
  const context = {
    build: { recipe: { installsDependencies } },
    checkouts: [{ repository: { id: "r" }, directory: "shop", commit: "c" }],
    output: {
      add: async (text: string) => {
        log += text;
      },
    },
    ports: {
      settings: { dataDir: "/nowhere" },
      git: { findEntry: async ({ path }: { path: string }) => path === "flake.nix" && { kind: "file" } },
    },
  } as unknown as BuildContext;
  const opened = { sandbox: {}, system } as OpenedSandbox;
  const phase = async (name: string) => void phases.push(name);
  const variables = await buildDevShells(context, opened, phase, new AbortController().signal);
  return { variables, log, phases };
}

test("notes that a dev shell has no effect without the user root of an image, and starts nothing", async () => {
  for (const system of [null, user]) {
    const { log, ...rest } = await build(system);
    assert.match(log, /^\[shop: flake\.nix has no effect\. Set the project's user to root/);
    assert.deepEqual(rest, { variables: {}, phases: [] });
  }
  await assert.rejects(build({ ...user, profile: "root" }), TypeError, "control: needs the sandbox");
});

test("does nothing if the recipe installs no dependencies", async () => {
  assert.deepEqual(await build(null, false), { variables: {}, log: "", phases: [] });
});
