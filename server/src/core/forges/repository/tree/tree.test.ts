import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../../base/index.ts";
import type { Repository } from "../repository.ts";
import { memoryTree } from "../testing/memory-tree.ts";
import { listBranches } from "./list-branches.ts";
import { listTree } from "./list-tree.ts";
import type { TreePorts } from "./open-mirror.ts";
import { foldersFirst, rankFiles } from "./rank-files.ts";
import { readTreeFile } from "./read-tree-file.ts";
import { requireTreePath } from "./tree-path.ts";

const repository = {
  id: "r1",
  organizationId: "o1",
  forge: "local",
  owner: "acme",
  name: "app",
  defaultBranch: "main",
  settings: { baseBranch: null },
  enabledAt: new Date(0),
} as unknown as Repository;
const which = { organizationId: "o1", repositoryId: "r1" };
const { signal } = new AbortController();
const files = { "README.md": "# App\n", "src/a.ts": "a", "src/deep/b.ts": "b", "z.bin": Buffer.from([1, 0]) };

function portsOf(git: ReturnType<typeof memoryTree>, change: Partial<Repository> = {}): TreePorts {
  return {
    git,
    store: {
      repositories: { find: async () => ({ ...repository, ...change }) },
      organizations: { find: async () => ({ settings: {} }) },
    },
    forges: {
      local: { connect: () => ({ remote: async () => ({ kind: "local", owner: "acme", name: "x" }) }) },
    },
    settings: { dataDir: "/data", publicUrl: "https://tembo.example" },
    log: { warn: () => {} },
  } as unknown as TreePorts;
}
const list = (ports: TreePorts, filter: Partial<Parameters<typeof listTree>[2]> = {}, unknownMs = 60_000) =>
  listTree(ports, which, { limit: 100, ...filter }, signal, { signal, knownMs: 1, unknownMs });
const fetching = { signal, knownMs: 60_000, unknownMs: 60_000 };
const pathsIn = ({ items }: { readonly items: readonly { readonly path: string }[] }) =>
  items.map(({ path }) => path);

test("lists folders before files, with file sizes and paths from the root", async () => {
  const ports = portsOf(memoryTree(files));
  const root = await list(ports);
  assert.deepEqual(pathsIn(root), ["src", "README.md", "z.bin"]);
  assert.deepEqual(
    root.items.map(({ sizeBytes }) => sizeBytes),
    [null, 6, 2],
  );
  assert.deepEqual(pathsIn(await list(ports, { path: "src" })), ["src/deep", "src/a.ts"]);
  assert.deepEqual(pathsIn(await list(ports, { path: "src", search: "b" })), ["src/deep/b.ts"]);
});

test("reads later pages from the commit of the first page", async () => {
  const ports = portsOf(memoryTree(files));
  const first = await list(ports, { limit: 2 });
  assert.equal(first.next?.commit, first.commit);
  const second = await list(ports, { limit: 2, after: first.next! });
  assert.deepEqual([...pathsIn(first), ...pathsIn(second)], ["src", "README.md", "z.bin"]);
  assert.equal(second.next, null);
});

test("rejects invalid refs and paths, and suggests valid ones", async () => {
  const ports = portsOf(memoryTree(files));
  const refusals: [Promise<unknown>, string, RegExp][] = [
    [list(ports, { ref: "nowhere" }), "not_found", /no branch, tag or commit "nowhere".*"main"/],
    [list(ports, { ref: "--upload-pack=x" }), "invalid_input", /"ref"/],
    [list(ports, { ref: "a..b" }), "invalid_input", /"ref"/],
    [list(ports, { path: "nowhere" }), "not_found", /Folder "nowhere" was not found/],
    [list(ports, { path: "README.md" }), "not_found", /is a file, not a folder\. Read it with/],
    [list(ports, { path: "../x" }), "invalid_input", /"path"/],
    [
      readTreeFile(ports, which, { path: "src" }, signal, fetching),
      "not_found",
      /is a folder, not a file\. List it/,
    ],
    [
      readTreeFile(ports, which, { path: "src/x" }, signal, fetching),
      "not_found",
      /File "src\/x" was not found at "main"/,
    ],
  ];
  for (const [refused, code, words] of refusals)
    await assert.rejects(refused, (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, code, error.message);
      assert.match(error.message, words);
      return true;
    });
});

test("rejects reading a disabled repository", async () => {
  const git = memoryTree(files);
  await assert.rejects(list(portsOf(git, { enabledAt: null })), { code: "conflict" });
  assert.equal(git.fetches, 0);
});

test("returns an empty list for a repository without commits, and rejects a branch name in it", async () => {
  const ports = portsOf(memoryTree({}, []));
  assert.deepEqual(await list(ports), {
    ref: "main",
    commit: null,
    path: "",
    items: [],
    next: null,
    isCut: false,
    isStale: false,
  });
  await assert.rejects(list(ports, { ref: "main" }), { code: "not_found", message: /no commits yet/ });
});

test("returns a file's text, or the reason when the file is binary or too large", async () => {
  const large = "x".repeat(1024 * 1024 + 1);
  const ports = portsOf(
    memoryTree({
      ...files,
      "large.txt": large,
      "latin.txt": Buffer.from([0xe4, 0x20]),
      "bom.txt": "\uFEFFa",
    }),
  );
  const read = async (path: string) => {
    const { content, leftOut } = await readTreeFile(ports, which, { path }, signal, fetching);
    return [content, leftOut];
  };
  assert.deepEqual(await read("src/a.ts"), ["a", null]);
  assert.deepEqual(await read("bom.txt"), ["\uFEFFa", null]);
  assert.deepEqual(await read("z.bin"), [null, "binary"]);
  assert.deepEqual(await read("latin.txt"), [null, "binary"]);
  assert.deepEqual(await read("large.txt"), [null, "tooLarge"]);
});

test("returns already fetched content marked as stale when the forge fails or is slow", async () => {
  const git = memoryTree(files);
  const ports = portsOf(git);
  const failing = async () => {
    throw new AppError("forge_unauthorized", "The forge does not take the token any more.");
  };
  git.fetch = failing;
  await assert.rejects(
    list(ports),
    { code: "conflict", message: /could not be fetched. The forge/ },
    "fails if no content is cached",
  );
  await assert.rejects(listBranches(ports, which, { limit: 1 }, signal, fetching), {
    code: "conflict",
  });
  git.fetch = () => new Promise(() => {});
  await assert.rejects(list(ports, {}, 1), { code: "conflict", message: /still being fetched/ });
  git.fetch = async () => {};
  assert.equal((await list(ports)).isStale, false);
  for (const fetch of [failing, () => new Promise<void>(() => {})]) {
    git.fetch = fetch;
    const { isStale, items } = await list(ports);
    assert.deepEqual([isStale, items.length], [true, 3]);
  }
});

test("aborts a running fetch when the server stops", async () => {
  const stop = new AbortController();
  const git = memoryTree(files);
  let seen: AbortSignal | undefined;
  const { fetchMirror } = git;
  git.fetchMirror = (input, given) => {
    seen = given;
    return fetchMirror(input, given);
  };
  git.fetch = () => new Promise(() => {});
  const asked = { signal: stop.signal, knownMs: 1, unknownMs: 1 };
  await assert.rejects(listTree(portsOf(git), which, { limit: 1 }, signal, asked), { code: "conflict" });
  assert.equal(seen!.aborted, false);
  stop.abort();
  assert.equal(seen!.aborted, true);
});

test("lists branches by page with the base branch first", async () => {
  const ports = portsOf(memoryTree(files, ["work/b", "main", "work/a"]));
  const branches = (filter: { search?: string; after?: string; limit: number }) =>
    listBranches(ports, which, filter, signal, fetching);
  const first = await branches({ limit: 2 });
  assert.deepEqual(
    first.items.map(({ name, isBase }) => [name, isBase]),
    [
      ["main", true],
      ["work/a", false],
    ],
  );
  const second = await branches({ limit: 2, after: first.next! });
  assert.deepEqual([second.items[0]!.name, second.next], ["work/b", null]);
  assert.equal((await branches({ limit: 9, search: "WORK" })).items.length, 2);
});

test("rejects paths that git does not allow", () => {
  for (const path of ["a", "a/b.c", "--x", "\u202Ex", "a b", ":(top)"])
    assert.equal(requireTreePath(path), path);
  for (const path of ["", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\0b", "\ud800"])
    assert.throws(() => requireTreePath(path), { code: "invalid_input" }, JSON.stringify(path));
});

test("ranks a match in the name above one in the path, and a prefix above a match in the middle", () => {
  const entries = ["app/z.ts", "src/my-app.ts", "src/app.ts", "app", "lib/application.ts"].map((path) => ({
    path,
    kind: "file" as const,
    mode: "100644",
    id: path,
  }));
  assert.deepEqual(
    rankFiles(entries, "APP").map(({ path }) => path),
    ["app", "src/app.ts", "lib/application.ts", "src/my-app.ts", "app/z.ts"],
  );
  assert.deepEqual(
    foldersFirst([entries[0]!, { ...entries[1]!, kind: "folder" }]).map(({ path }) => path),
    ["src/my-app.ts", "app/z.ts"],
  );
});
