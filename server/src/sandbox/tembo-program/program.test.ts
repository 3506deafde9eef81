import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { viewSessionTool } from "@tembo/contract";

const main = fileURLToPath(new URL("main.cjs", import.meta.url));
const views = [
  viewSessionTool("set_title"),
  viewSessionTool("create_pull_request"),
  viewSessionTool("create_child_session"),
  viewSessionTool("take_screenshot"),
  {
    name: "uploadFile",
    description: "Keeps a file.",
    inputSchema: { type: "object", properties: { path: { type: "string" }, count: { type: "integer" } } },
    command: ["upload-file"],
    positional: "path",
    file: "path",
  },
];

let url: string;
let folder: string;
const calls: { name: string; input: unknown }[] = [];
const server = createServer(async (request, response) => {
  if (request.method === "GET") return void response.end(JSON.stringify({ tools: views }));
  const name = request.url!.split("/").at(-1)!;
  const input = JSON.parse(await text(request));
  calls.push({ name, input });
  if (input.title === "refused") return void response.writeHead(422).end('{"error":"Not this title."}');
  response.end(JSON.stringify({ result: { message: "Done.", ...(input.title && { title: input.title }) } }));
});

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "tembo-program-"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function tembo(words: readonly string[], input = "", toolsUrl = url) {
  calls.length = 0;
  const child = spawn(process.execPath, [main, ...words], {
    env: { TEMBO_TOOLS_URL: toolsUrl },
    cwd: folder,
  });
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once("exit", resolve)),
  ]);
  return { stdout, stderr, code };
}

test("builds the tool's input from flags, positional arguments and files", async () => {
  writeFileSync(join(folder, "body.md"), "# What\n");
  await tembo(["pull-request", "create", "--title", "A title", "--body-file=body.md"]);
  assert.deepEqual(calls, [{ name: "create_pull_request", input: { title: "A title", body: "# What\n" } }]);
  await tembo(["pull-request", "create", "--body-file", "-"], "from input");
  assert.deepEqual(calls[0]?.input, { body: "from input" });
  await tembo(["set-title", "A", "title", "in words"]);
  assert.deepEqual(calls[0]?.input, { title: "A title in words" });
  await tembo(["child-session", "create", "Go", "--repository-ids", "one", "--repository-ids", "two"]);
  assert.deepEqual(calls[0]?.input, { prompt: "Go", repositoryIds: ["one", "two"] });
});

test("accepts a flag of a boolean property without a value", async () => {
  const url = "http://localhost:3000";
  await tembo(["screenshot", "--full-page", url, "--width", "300"]);
  assert.deepEqual(calls, [{ name: "take_screenshot", input: { url, fullPage: true, width: 300 } }]);
  await tembo(["screenshot", url, "--full-page=false"]);
  assert.deepEqual(calls[0]?.input, { url, fullPage: false });
  assert.match((await tembo(["screenshot", "--help"])).stdout, /--full-page {2}Includes/);
});

test("reads a file in the sandbox, and sends it with its name", async () => {
  writeFileSync(join(folder, "shot.png"), "bytes");
  await tembo(["upload-file", "./shot.png", "--count", "3"]);
  const contentBase64 = Buffer.from("bytes").toString("base64");
  assert.deepEqual(calls, [{ name: "uploadFile", input: { path: "shot.png", count: 3, contentBase64 } }]);
  writeFileSync(join(folder, "large"), Buffer.alloc(5 * 1024 * 1024 + 1));
  const large = await tembo(["upload-file", "large"]);
  assert.match(large.stderr, /at most 5242880/);
  assert.equal((await tembo(["upload-file", "missing"])).code, 1);
  assert.deepEqual(calls, []);
});

test("prints a confirmation and the result, or prints the error on stderr and exits with a code", async () => {
  assert.deepEqual(await tembo(["set-title", "x"]), {
    stdout: 'Done.\n{\n  "title": "x"\n}\n',
    stderr: "",
    code: 0,
  });
  assert.deepEqual(await tembo(["set-title", "refused"]), {
    stdout: "",
    stderr: "Not this title.\n",
    code: 1,
  });
});

test("reports invalid arguments without calling a tool", async () => {
  for (const [words, expected] of [
    [["nonsense"], /Unknown command "tembo nonsense"/],
    [["set-title", "--nope", "x"], /Unknown flag --nope/],
    [["pull-request", "create", "--title"], /--title needs a value/],
    [["pull-request", "create", "word"], /Unexpected argument/],
  ] as const) {
    const { stderr, code } = await tembo(words);
    assert.match(stderr, expected);
    assert.equal(code, 2);
    assert.deepEqual(calls, []);
  }
  const away = await tembo(["set-title", "x"], "", "http://127.0.0.1:1");
  assert.match(away.stderr, /only while/);
  assert.equal(away.code, 1);
});

test("lists all commands, or the flags of one command, in the help", async () => {
  for (const words of [[], ["--help"], ["pull-request", "--help"]]) {
    const { stdout, code } = await tembo(words);
    assert.match(stdout, /tembo pull-request create {2}/);
    assert.equal(code, 0);
  }
  const { stdout } = await tembo(["pull-request", "create", "--help"]);
  assert.match(stdout, /--title VALUE/);
  assert.match(stdout, /Or --body-file PATH/);
  assert.deepEqual(calls, []);
});
