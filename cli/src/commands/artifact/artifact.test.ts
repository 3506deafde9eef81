import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type FakeApi, startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "tembo-artifact-"));
after(() => rmSync(folder, { recursive: true }));

const file = {
  id: "f1",
  sessionId: "s1",
  type: "File",
  title: "Picture",
  fileName: "shot.png",
  sizeBytes: 4,
  serviceUrl: null,
  sourceUrl: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  content: "",
};
const plan = {
  ...file,
  id: "p1",
  type: "Plan",
  title: "Plan",
  fileName: null,
  sizeBytes: null,
  content: "# Do\n\nit\n",
};
const bytes = Buffer.from([0x89, 0, 0xff, 0x0a]);
const answers: FakeApi["answers"] = {
  "GET /v1/artifacts": { items: [file, plan], nextCursor: null },
  "GET /v1/artifacts/f1": file,
  "GET /v1/artifacts/p1": plan,
  "GET /v1/artifacts/f1/file": (_, response) => response.writeHead(200).end(bytes),
};
const run = (api: FakeApi, ...args: string[]) =>
  runCommand(["artifact", ...args], { env: { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url }, cwd: folder });

test("lists and shows artifacts", async () => {
  await using api = await startFakeApi(answers);
  assert.equal(
    (await run(api, "list", "--session", "s1", "--type", "Plan")).stdout,
    `f1\tFile\t4\t${file.createdAt}\tPicture\np1\tPlan\t-\t${file.createdAt}\tPlan\n`,
  );
  assert.equal(api.asked[0]!.line, "GET /v1/artifacts?sessionId=s1&types=Plan&limit=50");
  assert.match((await run(api, "show", "p1")).stdout, /^title: +Plan$[\s\S]*\n\n# Do\n\nit\n$/m);
});

test("downloads a file byte for byte, and overwrites an existing file only with --force", async () => {
  await using api = await startFakeApi(answers);
  const ran = await run(api, "download", "f1");
  assert.deepEqual([ran.status, ran.stdout], [0, "Wrote shot.png (4 B).\n"], ran.stderr);
  assert.deepEqual(readFileSync(join(folder, "shot.png")), bytes);
  assert.match((await run(api, "download", "f1")).stderr, /shot\.png already exists\.\nNext: use --force/);
  assert.equal((await run(api, "download", "f1", "--force")).status, 0);
  assert.match((await run(api, "download", "f1", "--to", "none/x")).stderr, /Could not write the file/);
  assert.equal((await run(api, "download", "p1", "--to", "-")).stdout, plan.content);
  await run(api, "download", "p1");
  assert.equal(readFileSync(join(folder, "p1.md"), "utf8"), plan.content);
});

test("downloads into the current directory, even if the server's file name contains a path", async () => {
  for (const [fileName, written] of [
    ["../../out.txt", "out.txt"],
    ["..\\..\\back.txt", "back.txt"],
    ["a\u0000b/\u001bnamed.txt", "named.txt"],
  ] as const) {
    await using api = await startFakeApi({ ...answers, "GET /v1/artifacts/f1": { ...file, fileName } });
    assert.equal((await run(api, "download", "f1")).stdout, `Wrote ${written} (4 B).\n`);
    assert.ok(existsSync(join(folder, written)));
  }
  for (const fileName of ["..", "/", ".bashrc"]) {
    await using api = await startFakeApi({ ...answers, "GET /v1/artifacts/f1": { ...file, fileName } });
    assert.match((await run(api, "download", "f1")).stderr, /Choose a file name\.[\s\S]*--to FILE/);
  }
});

test("uploads a file as a session artifact, and deletes an artifact", async () => {
  writeFileSync(join(folder, "notes.md"), "# Notes\n");
  await using api = await startFakeApi({
    "POST /v1/attachments": { id: "a1" },
    "POST /v1/artifacts": { ...file, id: "f2" },
    "DELETE /v1/artifacts/f2": { id: "f2", deleted: true },
  });
  assert.equal((await run(api, "create", "s1", "notes.md")).stdout, "f2\n");
  assert.deepEqual(api.asked.at(-1)!.body, {
    sessionId: "s1",
    title: "notes.md",
    output: { type: "asset", assetId: "a1" },
  });
  await run(api, "create", "s1", "notes.md", "--title", "Notes");
  assert.equal((api.asked.at(-1)!.body as { title: string }).title, "Notes");
  const asked = api.asked.length;
  const missing = await run(api, "create", "s1", "none.md");
  assert.match(missing.stderr, /Could not read the file "none\.md" \(ENOENT\)/);
  assert.equal(api.asked.length, asked, "sends no request for an unreadable file");
  assert.equal((await run(api, "delete", "f2")).stdout, "Deleted artifact f2.\n");
});
