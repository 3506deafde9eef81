import assert from "node:assert/strict";
import { test } from "node:test";
import { type FakeApi, legacySession, startFakeApi } from "../testing/fake-api.ts";
import { runCommand } from "../testing/run-command.ts";

const envOf = (api: FakeApi) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url });
const me = { "GET /me": { orgId: "o1", userId: null } };

test("egress set sends the preset and hosts, and prints the stored policy", async () => {
  const egress = { preset: "custom", allow: ["a.example", "*.b.example:8443"] };
  const path = "/v1/organizations/o1/egress";
  await using api = await startFakeApi({ ...me, [`GET ${path}`]: egress, [`PUT ${path}`]: egress });
  const env = envOf(api);
  const shown = "custom\na.example\n*.b.example:8443\n";
  assert.equal((await runCommand(["egress", "show"], { env })).stdout, shown);
  const args = ["egress", "set", "custom", "--allow", "a.example", "--allow", "*.b.example:8443"];
  assert.equal((await runCommand(args, { env })).stdout, shown);
  assert.deepEqual(api.asked.at(-1)!.body, egress);
  const wrong = await runCommand(["egress", "set", "everything"], { env });
  assert.deepEqual([wrong.status, wrong.stdout], [2, ""]);
  assert.match(wrong.stderr, /Allowed choices are none, registries, custom, open/);
});

test("budget set changes only the specified limit, and rejects an invalid amount", async () => {
  const path = "/v1/organizations/o1/budget";
  const before = { perSessionUsd: 2.5, perMonthUsd: 100 };
  await using api = await startFakeApi({
    ...me,
    [`GET ${path}`]: before,
    [`PUT ${path}`]: { perSessionUsd: 2.5, perMonthUsd: null },
  });
  const env = envOf(api);
  assert.equal((await runCommand(["budget", "show"], { env })).stdout, "session\t2.5\nmonth\t100\n");
  const ran = await runCommand(["budget", "set", "--month-usd", "none"], { env });
  assert.equal(ran.stdout, "session\t2.5\nmonth\tnone\n");
  assert.deepEqual(api.asked.at(-1)!.body, { perSessionUsd: 2.5, perMonthUsd: null });
  await runCommand(["budget", "set", "--session-usd", "0"], { env });
  assert.deepEqual(api.asked.at(-1)!.body, { perSessionUsd: 0, perMonthUsd: 100 });
  const asked = api.asked.length;
  for (const args of [[], ["--month-usd", "-1"], ["--month-usd", "1e3"], ["--session-usd", "lots"]])
    assert.notEqual((await runCommand(["budget", "set", ...args], { env })).status, 0);
  assert.equal(api.asked.length, asked);
});

test("session create sends the size, egress, budget and agent options", async () => {
  await using api = await startFakeApi({ "POST /session/create": legacySession });
  const env = envOf(api);
  const create = async (...args: string[]) => {
    await runCommand(["session", "create", "Go", ...args], { env });
    return api.asked.at(-1)!.body;
  };
  assert.deepEqual(
    await create(
      "--size",
      "large",
      "--egress",
      "registries",
      "--allow",
      "a.example",
      "--budget-usd",
      "1.5",
      "--plan",
    ),
    {
      prompt: "Go",
      sandboxSize: "large",
      egress: { preset: "registries", allow: ["a.example"] },
      budgetUsd: 1.5,
      agentOptions: { mode: "planning" },
    },
  );
  assert.deepEqual(
    await create("--reasoning", "high", "--speed", "fast", "--goal", "Green", "--goal-check", "npm test"),
    {
      prompt: "Go",
      agentOptions: {
        reasoningLevel: "high",
        speed: "fast",
        goal: { objective: "Green", check: "npm test" },
      },
    },
  );
  assert.deepEqual(await create("--allow", "a.example:8443"), {
    prompt: "Go",
    egress: { preset: "custom", allow: ["a.example:8443"] },
  });
  assert.deepEqual(await create("--runs-on", "gpu, office", "--runs-on", "arch=arm64"), {
    prompt: "Go",
    runsOn: ["gpu", "office", "arch=arm64"],
  });
  assert.deepEqual(await create("--runs-on", "any"), { prompt: "Go", runsOn: [] });
  assert.deepEqual(await create("--egress", "none"), { prompt: "Go", egress: { preset: "none", allow: [] } });
  const asked = api.asked.length;
  for (const args of [
    ["--size", "huge"],
    ["--egress", "all"],
    ["--budget-usd", "x"],
  ])
    assert.equal((await runCommand(["session", "create", "Go", ...args], { env })).status, 2);
  assert.equal(api.asked.length, asked);
});
