import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodes } from "../../../exit-codes.ts";
import { runTembo } from "../../../program.ts";
import { type FakeApi, sessionIn, startFakeApi } from "../../../testing/fake-api.ts";
import { createRecordingTerminal } from "../../../testing/recording-terminal.ts";
import { runCommand } from "../../../testing/run-command.ts";
import { testWorld } from "../../../testing/test-world.ts";

const patch = `diff --git a/a.txt b/a.txt
--- a/a.txt
+++ b/a.txt
@@ -1,2 +1,2 @@
 one
-2
+two
diff --git a/picture.png b/picture.png
new file mode 100644
Binary files /dev/null and b/picture.png differ
`;
const file = { id: "f1", sessionId: "s1", path: "notes.md", createdAt: "2026-01-01T00:00:00.000Z" };
const picture = { ...file, id: "f2", path: "shot.png" };

const apiWith = (isComplete = true) =>
  startFakeApi({
    "GET /v1/sessions/s1": sessionIn("completed"),
    "GET /v1/sessions/s1/diffs": {
      items: [{ id: "d1", codeRepositoryId: "r1", root: "web", branch: "tembo/fix-it", headSha: "abc" }],
      nextCursor: null,
    },
    "GET /v1/sessions/s1/diffs/d1/patch": { diffId: "d1", patch, isComplete },
    "GET /v1/repositories/r1/file": ({ line }, response) => {
      const isText = line.includes("path=a.txt");
      const body = isText ? { content: "one\ntwo\n", leftOut: null } : { content: null, leftOut: "binary" };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    },
    "GET /v1/sessions/s1/files": { items: [file, picture], nextCursor: null },
    "GET /v1/sessions/s1/files/f1": { ...file, content: "# Notes\n" },
    "GET /v1/sessions/s1/files/f2": { ...picture, content: "data:image/png;base64,iQD/Cg==" },
  });

async function run(api: FakeApi, ...args: string[]) {
  const terminal = createRecordingTerminal();
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const code = await runTembo(["session", "files", "s1", ...args], { ...testWorld(env), terminal });
  return { code, terminal };
}

test("lists the changed files with their line counts, and reports an incomplete patch", async () => {
  await using api = await apiWith();
  const { code, terminal } = await run(api);
  assert.equal(code, 0);
  assert.deepEqual(terminal.lines, ["modified\t1\t1\tweb\ta.txt", "added\t-\t-\tweb\tpicture.png"]);
  assert.deepEqual(terminal.notes, []);
  await using cut = await apiWith(false);
  for (const options of [[], ["--json"]])
    assert.match((await run(cut, ...options)).terminal.notes.join(), /may lack files of web/);
  const absent = await run(cut, "other.txt");
  assert.equal(absent.code, exitCodes.failed.code);
  assert.match(absent.terminal.notes.join(), /the patch for web is incomplete/);
});

test("prints a changed file as on the session's branch", async () => {
  await using api = await apiWith();
  const { code, terminal } = await run(api, "a.txt");
  assert.deepEqual([code, terminal.text()], [0, "one\ntwo\n"]);
  assert.equal(api.asked.at(-1)!.line, "GET /v1/repositories/r1/file?ref=tembo%2Ffix-it&path=a.txt");
  const binary = await run(api, "picture.png");
  assert.equal(binary.code, exitCodes.failed.code);
  assert.match(binary.terminal.notes.join("\n"), /not a text file[\s\S]*git fetch origin/);
  assert.equal((await run(api, "other.txt")).code, exitCodes.notFound.code);
});

test("lists and prints attachments by ID or path, byte for byte", async () => {
  await using api = await apiWith();
  assert.deepEqual((await run(api, "--attachments")).terminal.lines, [
    `f1\t${file.createdAt}\tnotes.md`,
    `f2\t${file.createdAt}\tshot.png`,
  ]);
  for (const named of ["f1", "notes.md"])
    assert.equal((await run(api, named, "--attachments")).terminal.text(), "# Notes\n");
  assert.equal((await run(api, "f3", "--attachments")).code, exitCodes.notFound.code);
  assert.equal((await run(api, "--attachments", "--repo", "web")).code, exitCodes.usage.code);
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const ran = await runCommand(["session", "files", "s1", "shot.png", "--attachments"], { env });
  assert.equal(ran.stdout, Buffer.from([0x89, 0, 0xff, 0x0a]).toString("utf8"));
});
