import assert from "node:assert/strict";
import { test } from "node:test";
import type { BuildContext } from "../build-context.ts";
import { findDevShells } from "./find-dev-shells.ts";

test("finds one file in each repository, tembo.nix before flake.nix, and follows no links", async () => {
  const repositories: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    both: { "flake.nix": "file", "tembo.nix": "file" },
    flake: { "flake.nix": "file" },
    link: { "tembo.nix": "link", "flake.nix": "folder" },
    none: {},
  };
  const findEntry = async ({ mirrorPath, path }: { mirrorPath: string; path: string }) => {
    const [, files] = Object.entries(repositories).find(([id]) => mirrorPath.includes(id))!;
    return files[path] === undefined ? null : { kind: files[path] };
  };
  const checkouts = Object.keys(repositories).map((id) => ({
    repository: { id },
    directory: id,
    commit: "a",
  }));
  const context = {
    ports: { git: { findEntry }, settings: { dataDir: "/data" } },
    checkouts: [...checkouts, { repository: { id: "both" }, directory: "empty", commit: null }],
  } as unknown as BuildContext;
  assert.deepEqual(await findDevShells(context, new AbortController().signal), [
    { directory: "both", file: "tembo.nix" },
    { directory: "flake", file: "flake.nix" },
  ]);
});
