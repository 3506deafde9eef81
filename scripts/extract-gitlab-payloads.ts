/**
 * Extracts GitLab webhook payloads from the tests of GitLab's Go client, and the keys that the client's types declare:
 * node scripts/extract-gitlab-payloads.ts
 * Requires Debian's apt-get and dpkg. The output is committed.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const packageName = "golang-gitlab-gitlab-org-api-client-go-dev";
const sourcePath = "usr/share/gocode/src/gitlab.com/gitlab-org/api/client-go";
const target = resolve(import.meta.dirname, "../server/src/forge/gitlab/testing/fixtures/recorded-webhooks");
/** Payloads that the fake forge sends, with the Go types that parse the payloads. */
const typeNames = {
  merge_request: "MergeEvent",
  note_merge_request: "MergeCommentEvent",
  note_issue: "IssueCommentEvent",
  issue: "IssueEvent",
  push: "PushEvent",
  pipeline: "PipelineEvent",
  job: "JobEvent",
};

const folder = mkdtempSync(join(tmpdir(), "tembo-gitlab-payloads-"));
try {
  execFileSync("apt-get", ["download", packageName], { cwd: folder, stdio: ["ignore", "ignore", "ignore"] });
  const archive = readdirSync(folder).find((name) => name.endsWith(".deb"))!;
  execFileSync("dpkg-deb", ["--extract", archive, "."], { cwd: folder });
  rmSync(target, { recursive: true, force: true });
  for (const kind of ["webhooks", "systemhooks"])
    copyPayloads(join(folder, sourcePath, "testdata", kind), kind);
  const types = readTypes(join(folder, sourcePath));
  const keys = Object.fromEntries(
    Object.entries(typeNames).map(([payload, type]) => [payload, keysOf(types, type).sort()]),
  );
  writeFileSync(join(target, "known-keys.json"), `${JSON.stringify(keys, null, 2)}\n`);
  writeFileSync(join(target, "NOTICE"), notice(archive));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Copies the payloads byte for byte. */
function copyPayloads(from: string, kind: string): void {
  const to = join(target, kind);
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) writeFileSync(join(to, name), readFileSync(join(from, name)));
}

interface GoType {
  readonly lines: readonly string[];
}

/** Returns the package's struct types, by name. */
function readTypes(from: string): ReadonlyMap<string, GoType> {
  const types = new Map<string, GoType>();
  for (const name of readdirSync(from)) {
    if (!name.endsWith(".go") || name.endsWith("_test.go")) continue;
    const text = readFileSync(join(from, name), "utf8");
    for (const [, type, body] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
      types.set(type!, { lines: body!.split("\n") });
    }
  }
  return types;
}

/**
 * Returns the JSON keys of a type, its nested types and its anonymous structs, such as
 * "object_attributes.position.new_path".
 */
function keysOf(types: ReadonlyMap<string, GoType>, type: string, seen: readonly string[] = []): string[] {
  const lines = types.get(type)?.lines ?? [];
  if (seen.includes(type)) return [];
  const open: string[][] = [[]];
  for (const line of lines) {
    const name = /`json:"([^",]+)/.exec(line)?.[1];
    if (/\bstruct \{$/.test(line.trim())) open.push([]);
    else if (line.trim().startsWith("}") && name !== undefined) {
      const inner = open.pop()!;
      open.at(-1)!.push(name, ...inner.map((key) => `${name}.${key}`));
    } else if (name !== undefined) {
      const used = /^\s*\w+\s+(?:\[\]|\*)*(\w+)/.exec(line)?.[1] ?? "";
      const inner = keysOf(types, used, [...seen, type]);
      open.at(-1)!.push(name, ...inner.map((key) => `${name}.${key}`));
    }
  }
  return open[0]!;
}

function notice(archive: string): string {
  const version = archive.split("_")[1];
  return `The payloads in webhooks/ and systemhooks/ are test data of client-go, GitLab's client for Go
(https://gitlab.com/gitlab-org/api/client-go/), unchanged. known-keys.json lists the JSON names of its types.
Taken from Debian's ${packageName} ${version} by scripts/extract-gitlab-payloads.ts.

Copyright 2015-2024 Sander van Harmelen and the authors of client-go

Licensed under the Apache License, Version 2.0 (the "License"); you may not use these files except in compliance with
the License. You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software distributed under the License is distributed on an
"AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the License for the
specific language governing permissions and limitations under the License.
`;
}
