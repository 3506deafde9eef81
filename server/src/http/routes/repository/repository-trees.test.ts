import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { memoryTree } from "../../../core/forges/repository/testing/memory-tree.ts";
import type { Ports } from "../../../core/ports.ts";
import { type Served, serve } from "../../../testing/test-server.ts";

let server: Served;
let key: string;
let base: string;
const files = { "README.md": "# App\n", "src/a.ts": "a", "src/b.ts": "b" };

before(async () => {
  const local = {
    name: "local",
    connect: () => ({ remote: async () => ({ kind: "local", owner: "no", name: "where" }) }),
  };
  server = await serve({
    parts: {
      forges: { local } as unknown as Ports["forges"],
      git: memoryTree(files, ["main", "work/a"]) as unknown as Ports["git"],
    },
  });
  key = await server.addKey(server.testStore.organizationId);
  const { id } = await server.testStore.addRepository({ owner: "acme", name: "app" });
  base = `/v1/repositories/${id}`;
});
after(() => server.close());

async function get(path: string) {
  const response = await server.ask(`${base}${path}`, key);
  // biome-ignore lint/suspicious/noExplicitAny: tests read the API's response and assert its shape.
  return { status: response.status, body: (await response.json()) as any };
}

test("pages through a folder and rejects its cursor for another folder", async () => {
  const first = await get("/tree?path=src&limit=1");
  assert.equal(first.status, 200);
  assert.deepEqual(
    first.body.items.map(({ path, name, kind, sizeBytes }: Record<string, unknown>) => [
      path,
      name,
      kind,
      sizeBytes,
    ]),
    [["src/a.ts", "a.ts", "file", 1]],
  );
  const cursor = encodeURIComponent(first.body.nextCursor);
  const second = await get(`/tree?path=src&limit=1&cursor=${cursor}`);
  assert.deepEqual([second.body.items[0].path, second.body.nextCursor], ["src/b.ts", null]);
  assert.equal((await get(`/tree?limit=1&cursor=${cursor}`)).status, 400);
});

test("finds and reads files and rejects invalid requests with a reason", async () => {
  const found = await get("/tree?search=b.ts");
  assert.deepEqual(
    found.body.items.map(({ path }: { path: string }) => path),
    ["src/b.ts"],
  );
  const { body } = await get("/file?path=README.md&ref=work/a");
  assert.deepEqual([body.content, body.ref, body.kind, body.sizeBytes], ["# App\n", "work/a", "file", 6]);
  for (const [path, status] of [
    ["/file", 400],
    ["/file?path=../x", 400],
    ["/file?path=%00", 400],
    ["/file?path=x&ref=--all", 400],
    ["/file?path=x", 404],
    ["/tree?ref=nowhere", 404],
    ["/tree?limit=1001", 400],
  ] as const) {
    const refused = await get(path);
    assert.equal(refused.status, status, path);
    assert.ok(refused.body.error.length > 10, path);
  }
});

test("pages through branches", async () => {
  const first = await get("/branches?limit=1");
  assert.deepEqual([first.body.items[0].name, first.body.items[0].isBase], ["main", true]);
  const second = await get(`/branches?limit=1&cursor=${encodeURIComponent(first.body.nextCursor)}`);
  assert.deepEqual([second.body.items[0].name, second.body.nextCursor], ["work/a", null]);
});
