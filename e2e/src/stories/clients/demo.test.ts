import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";

const root = join(import.meta.dirname, "../../../..");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly scripts: { readonly demo: string };
};
const LIMIT_MS = 240_000;

/**
 * Runs the demo command with the harnesses that the tests have installed. By default, the environment contains no key
 * of a real model.
 */
async function runDemo(env: NodeJS.ProcessEnv = {}) {
  const { PATH, HOME, TEMBO_TEST_HARNESS_DIR: harnesses } = process.env;
  const child = spawn("sh", ["-c", `exec ${scripts.demo}`], {
    cwd: root,
    env: { PATH, HOME, ...(harnesses !== undefined && { TEMBO_HARNESS_SEED_DIR: harnesses }), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT_MS,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const [code] = await once(child, "close");
  return { code: code as number | null, output: stripVTControlCharacters(output) };
}

test("npm run demo opens two pull requests, and the tests pass on their branches", async () => {
  const { code, output } = await runDemo();
  assert.equal(code, 0, output);
  assert.doesNotMatch(output, /✗/);
  const checks = Array.from(output.matchAll(/^✓ (.+)$/gm), ([, check]) => check);
  assert.deepEqual(
    checks.filter((check) => !/^the session/.test(check!)),
    [
      "repo: its test fails, as expected before the fix",
      "repo-2: its test fails, as expected before the fix",
      "two pull requests are open",
      "repo: its test passes on the pull request's branch",
      "repo-2: its test passes on the pull request's branch",
    ],
  );
  assert.ok(checks.includes("the session completed"), output);
  assert.equal(new Set(output.match(/http\S+\/pulls?\/\d+/g)).size, 2, output);
  assert.match(
    output,
    /URLs above no longer work\. To keep the server and explore the dashboard, run "npm run demo -- --keep"/,
  );
});

test("npm run demo fails if its session fails, and opens no pull request", async (t) => {
  const model = createServer((_request, response) => {
    const error = { type: "authentication_error", message: "invalid x-api-key" };
    response.writeHead(401, { "content-type": "application/json" });
    response.end(JSON.stringify({ type: "error", error }));
  });
  model.listen(0, "127.0.0.1");
  await once(model, "listening");
  t.after(() => model.close());
  const { port } = model.address() as AddressInfo;
  const { code, output } = await runDemo({
    ANTHROPIC_API_KEY: "wrong",
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`,
  });
  assert.equal(code, 1, output);
  assert.match(output, /^✓ repo-2: its test fails, as expected before the fix$/m);
  assert.match(output, /^✗ the session completed$/m);
  assert.doesNotMatch(output, /^✓ two pull requests are open$/m);
});
