import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import { openScene, type Scene } from "../../../testing/scene.ts";
import { AppError } from "../../base/index.ts";
import type { CallableTools } from "../broker/broker.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { openBrokerEndpoints } from "./open-broker-endpoints.ts";
import type { TurnContext } from "./turn-context.ts";

let scene: Scene;
let context: TurnContext;
const open = new Set<string>();
let broken: string | null = null;

/** Returns a function that opens an endpoint with a short delay. */
const opens = (name: string) => async () => {
  if (name === broken) throw new AppError("unavailable", `The endpoint ${name} cannot be opened.`);
  await turnOfTheLoop();
  open.add(name);
  return { lastFailure: () => null, isKeyRejected: () => false, close: async () => void open.delete(name) };
};

before(async () => {
  const broker = {
    openModelGateway: opens("model"),
    openEgress: opens("egress"),
    openGitBroker: opens("git"),
    openTools: opens("tools"),
  };
  scene = await openScene({ broker });
  context = await scene.working();
});
after(() => scene.drop());

const openAll = (tools: CallableTools | null) =>
  openBrokerEndpoints(context, { forward: () => ({}) } as unknown as Sandbox, {
    submodules: [],
    tools,
    onBudgetReached: () => {},
  });

test("opens the tools endpoint only if there are tools, and closes all endpoints together", async () => {
  const endpoints = await openAll({} as CallableTools);
  assert.deepEqual([...open].sort(), ["egress", "git", "model", "tools"]);
  assert.equal(endpoints.gateway.lastFailure(), null);
  await endpoints.close();
  assert.equal(open.size, 0);
  const without = await openAll(null);
  assert.equal(open.has("tools"), false);
  await without.close();
});

for (const name of ["model", "egress", "git", "tools"])
  test(`closes every endpoint when the endpoint ${name} cannot be opened`, async () => {
    broken = name;
    await assert.rejects(openAll({} as CallableTools), { message: `The endpoint ${name} cannot be opened.` });
    assert.equal(open.size, 0);
  });
