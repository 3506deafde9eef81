import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");
const isPort = (text: string) => text.includes("export interface SandboxProvider");

/** Terms for the host on which the programs run. Only adapters may use these terms. */
const hostWords =
  /\b(?:hosts?|uid|gid|owner|dataDir|data folder|unix|cgroups?|control groups?|mounts?|bind|bubblewrap|bwrap|runsc|gvisor|node:(?:net|fs|child_process))\b|socketPath/gi;

/** Properties that contain paths inside the sandbox. A path in any other property is a host path. */
const insidePaths = new Set(["workspacePath", "homePath", "readOnlyPaths"]);

function findHostWords(text: string): string[] {
  const words = text.match(hostWords) ?? [];
  const paths = (text.match(/\b\w+Paths?\b/g) ?? []).filter((name) => !insidePaths.has(name));
  return [...new Set([...words, ...paths])];
}

test("the sandbox port mentions nothing about the host that runs the programs", () => {
  const files = globSync("server/src/core/**/*.ts", { cwd: root })
    .map((file) => readFileSync(join(root, file), "utf8"))
    .filter(isPort);
  assert.equal(files.length, 1);
  assert.deepEqual(findHostWords(files[0]!), []);
});

test("control: detects a user, a socket path and a host folder", () => {
  const planted = `export interface SandboxProvider {
    ownerOf(sessionNumber: number): { readonly uid: number };
    open(place: { socketPath: string; checkoutPath: string }): void; // on this host
  }`;
  assert.ok(isPort(planted));
  assert.deepEqual(findHostWords(planted).sort(), ["checkoutPath", "host", "socketPath", "uid"]);
});
