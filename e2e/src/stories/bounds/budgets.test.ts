import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import { API_KEY, dataOf, endings, ofType, remoteFile, startWorld, type World } from "../../support/index.ts";
import { runTembo } from "../../support/programs/run-tembo.ts";

let world: World;
let organizationId: string;

before(async () => {
  world = await startWorld();
  organizationId = (await world.client.me.retrieve()).orgId!;
});
after(async () => {
  await world.close();
});

/** Script whose requests each cost about $0.002 at the prices of claude-opus-4-5. */
const WORK =
  'SCRIPT(write("b.txt", "2\\n"), bash("true"), bash("true"), bash("true"), bash("true"), bash("true"), write("c.txt", "3\\n"), say("Done."))';
const none = { perSessionUsd: null, perMonthUsd: null };

function setBudget(limits: { perSessionUsd?: number; perMonthUsd?: number }) {
  return world.client.organizations.budget.update(organizationId, { ...none, ...limits });
}

async function run(owner: string, budgetUsd?: number) {
  const repository = await world.repository(`${owner}/app`, { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: `Work. ${WORK}`,
    agent: "claudeCode:claude-opus-4-5",
    repositories: [repository.url],
    ...(budgetUsd !== undefined && { budgetUsd }),
  });
  const events = await world.ended(session.id);
  const { branchName } = await world.client.session.retrieve(session.id);
  const file = (name: string) => remoteFile(repository.url, API_KEY, branchName!, name);
  return { id: session.id, events, file };
}

const failureOf = (events: readonly SessionEvent[]) => dataOf(events.at(-1), "turn.failed").error;

const spent = (events: readonly SessionEvent[]) =>
  ofType(events, "turn.metered").reduce((sum, { eventData }) => sum + eventData.costMicroUsd / 1_000_000, 0);

/** Sends a message. Returns the events so far, and the number of model requests for this message. */
async function goOn(id: string, turns: number) {
  const before = world.model.requests.length;
  await world.client.session.messages.create(id, { content: `Again. ${WORK}` });
  const events = await world.ended(id, turns);
  return { events, requests: world.model.requests.length - before };
}

test("control: completes the work without a budget, and reports its cost", async () => {
  const { events, file } = await run("free");
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.equal(await file("c.txt"), "3");
  const [metered, ...others] = ofType(events, "turn.metered").map(({ eventData }) => eventData);
  assert.deepEqual(others, []);
  assert.ok(metered !== undefined);
  assert.equal(metered.unpricedRequests, 0);
  // Prices are in dollars per million tokens, which equals millionths of a dollar per token.
  const { inputTokens, cachedInputTokens, outputTokens, costMicroUsd } = metered;
  assert.equal(costMicroUsd, 5 * inputTokens + 0.5 * cachedInputTokens + 25 * outputTokens);
  assert.ok(spent(events) > 0.01, "control: the work costs more than the budgets of the other tests");
});

test("fails the turn, and every later turn, once the session's budget is spent, and keeps the work on the branch", async () => {
  await setBudget({ perSessionUsd: 100 });
  const { id, events, file } = await run("own", 0.005);
  const { code, message } = failureOf(events);
  assert.equal(code, "budget_reached");
  assert.match(
    message,
    /Budget reached: this session has spent \$0\.\d+ on models, and its budget is \$0\.005/,
  );
  assert.equal(await file("b.txt"), "2");
  await assert.rejects(file("c.txt"), "control: the turn did not finish its work");
  assert.ok(spent(events) >= 0.005 && spent(events) < 0.012, String(spent(events)));
  const again = await goOn(id, 2);
  assert.equal(failureOf(again.events).code, "budget_reached");
  assert.equal(again.requests, 0, "sends no request to the model");
  await setBudget({});
});

test("applies the organization's session budget if the session's own is higher, until the organization's is raised", async () => {
  const set = await runTembo(world, ["budget", "set", "--session-usd", "0.005"]);
  assert.equal(set.code, 0, set.output);
  const { id, events, file } = await run("each", 50);
  assert.match(failureOf(events).message, /Budget reached: this session .* its budget is \$0\.005/);
  assert.equal(await file("b.txt"), "2");
  const raised = await runTembo(world, ["budget", "set", "--session-usd", "1"]);
  assert.equal(raised.code, 0, raised.output);
  const { events: all } = await goOn(id, 2);
  assert.equal(all.at(-1)?.eventType, "turn.completed");
  assert.equal(await file("c.txt"), "3");
  assert.equal(ofType(all, "turn.metered").length, 2);
  await setBudget({});
});

test("fails turns in every session at the organization's monthly budget until the budget is raised", async () => {
  const first = await run("month");
  assert.equal(first.events.at(-1)?.eventType, "turn.completed");
  await setBudget({ perMonthUsd: 0.001 });
  const { events, requests } = await goOn(first.id, 2);
  const { code, message } = failureOf(events);
  assert.equal(code, "budget_reached");
  assert.match(message, /Budget reached: the organization has spent \$0\.\d+ on models this month/);
  assert.equal(requests, 0, "sends no request to the model");
  const other = await run("month-other");
  assert.equal(failureOf(other.events).code, "budget_reached");
  await setBudget({ perMonthUsd: 10 });
  assert.deepEqual(
    endings((await goOn(first.id, 3)).events).map(({ eventType }) => eventType),
    ["turn.completed", "turn.failed", "turn.completed"],
  );
});
