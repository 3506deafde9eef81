import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../../support/api-edge.ts";
import { API_KEY, ofType, remoteFile, startWorld, type World } from "../../support/index.ts";

let world: World;
let repository: { readonly id: string; readonly url: string };

before(async () => {
  world = await startWorld();
  repository = await world.repository("agents/app", { "a.txt": "1\n" });
});
after(() => world.close());

const doc = (text: string) => ({
  type: "doc",
  content: [{ type: "paragraph", content: [{ type: "text", text }] }],
});

async function anAgent(text: string, change: { readonly script?: string } = {}) {
  const { id } = await world.client.agents.create({
    name: "Story",
    instructions: doc(text),
    repositoryIds: [repository.id],
  });
  return world.client.agents.update(id, { enabled: true, ...change });
}

async function ended(agentId: string, runId: string) {
  let run = await world.client.agents.runs.retrieve(agentId, runId);
  await eventually(async () => {
    run = await world.client.agents.runs.retrieve(agentId, runId);
    return !["queued", "running"].includes(run.status);
  });
  return run;
}

test("runs a triggered agent with the payload and the script's output, and pushes its work", async () => {
  const agent = await anAgent(
    'Note the ticket. SCRIPT(bash("printf %s \\"$TRIGGER_PAYLOAD\\" > ticket.json"), say("Noted."))',
    { script: 'echo "Seen $TRIGGER_PAYLOAD"' },
  );
  const job = await world.client.agent.trigger(agent.id, { ticket: 42 });
  const run = await ended(agent.id, job.id);
  const events = await world.ended(run.sessionId!);
  assert.deepEqual([run.status, run.errorMessage], ["completed", null], JSON.stringify(events.at(-1)));
  assert.ok(run.durationMs > 0);
  assert.match(JSON.stringify(ofType(events, "notice")), /script exited with code 0[.].*Seen \{/);
  const session = await world.client.session.retrieve(run.sessionId!);
  assert.equal(session.agentId, agent.id);
  assert.equal(
    await remoteFile(repository.url, API_KEY, session.branchName!, "ticket.json"),
    '{"ticket":42}',
  );
});

test("skips the run if the script fails, and reports its output", async () => {
  const agent = await anAgent('Never. SCRIPT(write("never.txt", "x"), say("Done."))', {
    script: "echo nothing to do; exit 3",
  });
  const { jobId } = await world.client.agents.runs.create(agent.id, {});
  const run = await ended(agent.id, jobId);
  assert.deepEqual(
    [run.status, run.errorMessage],
    ["skipped", "Skipped: the agent's script exited with code 3. It printed: nothing to do"],
  );
  const events = await world.ended(run.sessionId!);
  assert.equal(events.at(-1)?.eventType, "turn.cancelled");
  assert.equal(ofType(events, "toolCall").length, 0);
});
