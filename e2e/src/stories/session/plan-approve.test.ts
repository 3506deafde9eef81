import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ConflictError, NotFoundError } from "@tembo-io/sdk";
import { API_KEY, ofType, remoteFile, startWorld, type World } from "../../support/index.ts";

let world: World;
let repositoryUrl: string;

before(async () => {
  world = await startWorld();
  repositoryUrl = (await world.repository("plan/app", { "a.txt": "1\n" })).url;
});
after(async () => {
  await world.close();
});

async function planned(script: string) {
  const session = await world.client.session.create({
    prompt: `Plan. SCRIPT(${script})`,
    repositories: [repositoryUrl],
    agentOptions: { mode: "planning" },
  });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  return { id: session.id, events };
}

test("stores a plan as an artifact, replaces the plan after a rejection, and implements it after an approval", async () => {
  const { id, events } = await planned(`read("a.txt"), say("# Write b\\n\\nFirst a, then b.")`);
  const { plan } = world.client.session;
  const first = await plan.retrieve(id);
  assert.equal(first.state, "proposed");
  assert.equal(first.title, "Write b");
  assert.match(first.content, /First a, then b/);
  assert.equal(ofType(events, "plan.proposed").length, 1);
  const listed = await world.client.artifacts.list({ sessionId: id, types: ["Plan"] });
  assert.deepEqual(
    listed.items.map((one) => one.id),
    [first.artifactId],
  );
  const shown = await world.client.artifacts.retrieve(first.artifactId);
  assert.equal(shown.content, first.content);
  const session = await world.client.session.retrieve(id);
  assert.deepEqual(
    session.artifacts.map(({ type }) => type),
    ["Plan"],
  );

  const comment = 'Not a. SCRIPT(say("# Only b"))';
  const rejected = await plan.reject(id, { comment });
  assert.equal(rejected.state, "rejected");
  await world.ended(id, 2);
  const second = await plan.retrieve(id);
  assert.notEqual(second.artifactId, first.artifactId);
  assert.equal((await world.client.session.retrieve(id)).mode, "planning");
  await assert.rejects(plan.approve(id, { artifactId: first.artifactId }), /newer plan/);

  const content = '# Only b\n\nSCRIPT(write("b.txt", "2\\n"), say("Written."))';
  const edited = await plan.update(id, { content });
  assert.equal(edited.artifactId, second.artifactId);
  const approved = await plan.approve(id, { artifactId: second.artifactId });
  assert.deepEqual(await plan.approve(id), approved);
  await assert.rejects(plan.reject(id, { comment: "No." }), ConflictError);
  const done = await world.ended(id, 3);
  assert.equal(done.at(-1)?.eventType, "turn.completed");
  assert.equal(ofType(done, "turn.started").length, 3);
  const after = await world.client.session.retrieve(id);
  assert.equal(after.mode, "normal");
  assert.equal(await remoteFile(repositoryUrl, API_KEY, after.branchName!, "b.txt"), "2");
});

test("stores the plan that Claude Code submits, and keeps Claude Code in plan mode", async () => {
  const { id, events } = await planned(
    `tool("ExitPlanMode", {"plan": "# Do it\\n\\nAll of it."}), write("c.txt", "3")`,
  );
  const plan = await world.client.session.plan.retrieve(id);
  assert.match(plan.content, /All of it/);
  const [asked] = ofType(events, "permission.answered").map(({ eventData }) => ({ ...eventData }));
  const { kind, decision, by } = asked as Record<string, unknown>;
  assert.deepEqual([kind, decision, by], ["leavePlan", "deny", "policy"]);
  assert.equal((await world.client.session.retrieve(id)).mode, "planning");
});

test("rejects a decision on a session without a plan", async () => {
  const session = await world.client.session.create({ prompt: "Wait.", queueRightAway: false });
  await assert.rejects(world.client.session.plan.retrieve(session.id), NotFoundError);
  await assert.rejects(world.client.session.plan.approve(session.id), /has no plan/);
});
