import assert from "node:assert/strict";
import { test } from "node:test";
import Tembo from "@tembo-io/sdk";
import { answerJson, startRecordingServer } from "./testing/recording-server.ts";

test("runs the sample from the vendor's documentation unchanged", async (context) => {
  await using server = await startRecordingServer((_, response) => answerJson(response, 200, { id: "id-1" }));
  // Sets only the server's URL. The client reads the environment when it is constructed.
  const before = process.env.TEMBO_BASE_URL;
  process.env.TEMBO_BASE_URL = server.url;
  context.after(() => {
    if (before === undefined) delete process.env.TEMBO_BASE_URL;
    else process.env.TEMBO_BASE_URL = before;
  });
  const printed: unknown[] = [];
  const console = { log: (value: unknown) => printed.push(value) };

  // biome-ignore format: word for word
  {
const client = new Tembo({ apiKey: 'My API Key' });
const session = await client.session.create({
  prompt: 'Fix the authentication bug in the login component',
  agent: 'claudeCode:claude-opus-4-5',
  repositories: ['https://github.com/org/repo', 'https://gitlab.com/org/repo-2'],
  targetBranch: 'dev', branchName: "cooper-is-awesome",
});
console.log(session.id);
  }

  assert.deepEqual(printed, ["id-1"]);
  assert.equal(server.requests[0]!.headers.authorization, "Bearer My API Key");
  assert.deepEqual(server.requests[0]!.body, {
    prompt: "Fix the authentication bug in the login component",
    agent: "claudeCode:claude-opus-4-5",
    repositories: ["https://github.com/org/repo", "https://gitlab.com/org/repo-2"],
    targetBranch: "dev",
    branchName: "cooper-is-awesome",
  });
});
