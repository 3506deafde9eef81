import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { seedWorld, type World } from "./world.ts";

const root = join(import.meta.dirname, "../../../..");
const run = promisify(execFile);
const hasCurl = spawnSync("curl", ["--version"]).status === 0;

/**
 * Returns the code blocks in a text that print a response of the API with curl. The story about generated clients runs
 * the block that saves a response in a file.
 */
function curlSamples(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n(.*?)^```/gms)]
    .map((match) => match[1]!)
    .filter((block) => /^curl\b/m.test(block) && !block.includes(" --output "));
}
const samples = ["README.md", ...globSync("docs/**/*.md", { cwd: root })].flatMap((file) =>
  curlSamples(readFileSync(join(root, file), "utf8")).map((block) => ({ file, block })),
);

let world: World;
before(async () => {
  world = await seedWorld("unused");
});
after(() => world.close());

/** Runs a sample. Replaces the placeholder of a repository's ID, as a reader does. */
const call = (block: string) =>
  run("sh", ["-euc", block.replaceAll("REPOSITORY_ID", world.ids.repositoryId!)], {
    env: { PATH: process.env.PATH, TEMBO_BASE_URL: world.served.url, TEMBO_API_KEY: world.key },
    timeout: 60_000,
  });

for (const [index, { file, block }] of samples.entries()) {
  test(`curl sample ${index + 1} in ${file} returns the documented result`, {
    skip: !hasCurl && "curl is not installed",
  }, async () => {
    assert.equal("error" in JSON.parse((await call(block)).stdout), false);
  });
}

test("control: finds samples, and reports a failing sample", {
  skip: !hasCurl && "curl is not installed",
}, async () => {
  assert.ok(samples.length > 3);
  const blocks = ["npm test", "curl a", "curl a --output b"].map(
    (command) => `\`\`\`sh\n${command}\n\`\`\`\n`,
  );
  assert.deepEqual(curlSamples(blocks.join("")), ["curl a\n"]);
  await assert.rejects(call('curl --fail-with-body -sS "$TEMBO_BASE_URL/me"'), /exit|failed/i);
});
