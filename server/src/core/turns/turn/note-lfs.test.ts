import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openScene, type Scene } from "../../../testing/scene.ts";
import { noteLfs } from "./note-lfs.ts";
import type { TurnContext } from "./turn-context.ts";

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.drop());

const never = new AbortController().signal;
const attributes = "*.txt text\n*.bin filter=lfs diff=lfs merge=lfs -text\n";

const tooLarge = "too large to be read";

interface Given {
  readonly attributes?: string | null;
  readonly forge?: string;
  readonly hasLfs?: boolean;
  readonly turn?: number;
}

async function noticesOf(given: Given): Promise<string[]> {
  const { forge = "github", hasLfs = false, turn = 1 } = given;
  const context = await scene.working();
  const text = given.attributes === undefined ? attributes : given.attributes;
  const git = {
    readFile: async ({ path }: { readonly path: string }) =>
      path !== ".gitattributes" || text === null
        ? null
        : text === tooLarge
          ? { kind: "tooLarge" }
          : { kind: "text", text },
    hasLfs: () => hasLfs,
  };
  const changed = {
    ...context,
    turn: { ...context.turn, number: turn },
    checkouts: [{ repository: { id: "app", forge }, use: { directory: "app", targetBranch: "main" } }],
    ports: { ...context.ports, git },
  } as unknown as TurnContext;
  await noteLfs(changed, never);
  await noteLfs(changed, never);
  const events = await scene.eventsOf(context.session.id);
  return events.flatMap(({ data }) => (data.type === "notice" ? [data.message] : []));
}

test("reports once that git-lfs is missing and how to install it", async () => {
  const [notice, ...others] = await noticesOf({});
  assert.match(notice ?? "", /^app stores files in Git LFS, .*pointers.*"apt-get install git-lfs"\.$/);
  assert.deepEqual(others, []);
});

test("reports that the built-in forge has no Git LFS, regardless of the installed tools", async () => {
  const [notice] = await noticesOf({ forge: "local", hasLfs: true });
  assert.match(notice ?? "", /The built-in forge does not support Git LFS/);
});

test("reports nothing when git-lfs is installed, when no file uses Git LFS or in a later turn", async () => {
  for (const given of [
    { hasLfs: true },
    { attributes: null },
    { attributes: "*.txt text\n# *.bin filter=lfs\n" },
    { attributes: tooLarge },
    { turn: 2 },
  ])
    assert.deepEqual(await noticesOf(given), [], JSON.stringify(given));
});
