import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBedrock } from "../../../../server/src/broker/model/testing/fake-bedrock.ts";
import { startOpenRouter } from "../../../../server/src/broker/model/testing/fake-openrouter.ts";
import type {
  FakeProvider,
  MessagesService,
} from "../../../../server/src/broker/model/testing/fake-provider.ts";
import { type FakeVertex, startVertex } from "../../../../server/src/broker/model/testing/fake-vertex.ts";
import { API_KEY, remoteFile, startWorld, type World } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";

const aws = {
  accessKeyId: "AKIAE2E",
  secretAccessKey: "aws-secret-that-no-sandbox-may-see",
  region: "eu-west-1",
};
const routerKey = "sk-or-that-no-sandbox-may-see";
const place = { project: "acme-models", location: "global" };

let world: World;
let bedrock: FakeProvider;
let openrouter: FakeProvider;
let vertex: FakeVertex;

/** The scripted model uses Anthropic's protocol. Each fake provider forwards requests to the scripted model. */
const service: MessagesService = (body) =>
  fetch(`${world.model.url}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

before(async () => {
  [bedrock, openrouter, vertex] = await Promise.all([
    startBedrock({ ...aws, service }),
    startOpenRouter({ apiKey: routerKey, service }),
    startVertex({ ...place, service }),
  ]);
  world = await startWorld({
    env: {
      // A request to Anthropic would fail, because nothing listens at this address.
      ANTHROPIC_BASE_URL: "http://127.0.0.1:1",
      ANTHROPIC_API_KEY: "",
      OPENROUTER_BASE_URL: `${openrouter.url}/api`,
      AWS_BEDROCK_ACCESS_KEY_ID: aws.accessKeyId,
      AWS_BEDROCK_SECRET_ACCESS_KEY: aws.secretAccessKey,
      AWS_BEDROCK_REGION: aws.region,
      AWS_BEDROCK_BASE_URL: bedrock.url,
      GCP_VERTEX_AI_SERVICE_ACCOUNT_JSON: vertex.serviceAccountJson,
      GCP_VERTEX_AI_BASE_URL: vertex.url,
      GCP_VERTEX_AI_TOKEN_URL: `${vertex.url}/token`,
    },
  });
});
after(async () => {
  await world.close();
  await Promise.all([bedrock, openrouter, vertex].map((fake) => fake.close()));
});

let repositories = 0;
/** Runs a session in which the harness writes a file and prints its environment. Returns the output. */
async function work(agent: string) {
  const repository = await world.repository(`providers/app-${++repositories}`, { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt:
      'Work. SCRIPT(write("b.txt", "2\\n"), bash("env; cat $HOME/.claude* 2>/dev/null | head -c 4000"), say("Done."))',
    repositories: [repository.url],
    agent,
  });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
  const { branchName } = await world.client.session.retrieve(session.id);
  assert.equal(await remoteFile(repository.url, API_KEY, branchName!, "b.txt"), "2");
  return resultsOf(events).join("\n");
}

test("Claude Code runs on a fake Amazon Bedrock that verifies every signature", async () => {
  const seen = await work("claudeCode:claude-opus-4-5:bedrock");
  assert.deepEqual(bedrock.refused, []);
  assert.ok(bedrock.asked.some(({ model }) => model === "eu.anthropic.claude-opus-4-5-20251101-v1:0"));
  assert.ok(bedrock.asked.every(({ url }) => url.startsWith("/model/eu.anthropic.")));
  assert.ok(!seen.includes(aws.secretAccessKey) && !seen.includes(aws.accessKeyId));
});

test("Claude Code runs on OpenRouter with the organization's key if the organization routes the model to it", async () => {
  const { client } = world;
  const refused = client.session.create({ prompt: "Go.", agent: "claudeCode:claude-opus-4-6:openrouter" });
  await assert.rejects(refused, { status: 400, message: /openrouterApiKey/ });
  const { orgId } = await client.me.retrieve();
  await client.organizations.settings.update(orgId!, { openrouterApiKey: routerKey });
  const model = await client.models.update("claude-opus-4-6", { inferenceProvider: "OpenRouter" });
  assert.deepEqual([model.available, model.inferenceProvider], [true, "OpenRouter"]);
  const seen = await work("claudeCode:claude-opus-4-6");
  assert.deepEqual(openrouter.refused, []);
  assert.ok(openrouter.asked.some(({ model: name }) => name === "anthropic/claude-opus-4.6"));
  assert.ok(!seen.includes(routerKey));
});

test("Claude Code runs on Vertex AI with a service account's tokens", async () => {
  const seen = await work("claudeCode:claude-opus-4-5:vertex");
  assert.deepEqual(vertex.refused, []);
  assert.ok(vertex.asked.some(({ model }) => model === "claude-opus-4-5@20251101"));
  assert.equal(vertex.tokens(), 1);
  assert.ok(!/PRIVATE KEY|ya29\./.test(seen));
});

test("rejects a disabled model, and lists the model as unavailable for the harness", async () => {
  const { client } = world;
  await client.models.update("claude-haiku-4-5", { enabled: false });
  await assert.rejects(client.session.create({ prompt: "Go.", agent: "claudeCode:claude-haiku-4-5" }), {
    status: 400,
    message: /^The model Claude Haiku 4\.5 is disabled/,
  });
  const { items } = await client.runtimes.list();
  const models = items.find(({ name }) => name === "claudeCode")!.compatibleModels;
  assert.equal(models.find(({ name }) => name === "claude-haiku-4-5")?.availability.status, "unavailable");
});
