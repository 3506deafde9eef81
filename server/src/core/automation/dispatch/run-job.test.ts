import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { aPullRequest, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { AppError, type JobTools, newId } from "../../base/index.ts";
import { conversationPorts } from "../conversation/testing/conversation-ports.ts";
import { aForgePullRequest, memoryForge } from "../conversation/testing/memory-forge.ts";
import type { JobContext } from "../job/job-context.ts";
import { runJob } from "./run-job.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

/** Ends an attempt with one open pull request. `onPause` runs each time the job waits. */
async function endAttempt(error: Error, onPause: (pauses: number) => Promise<void> = async () => {}) {
  const memory = memoryForge();
  const repository = await t.addRepository();
  const session = await t.addSession({ branchName: "tembo/work" }, [repository]);
  const lease = await t.startTurn(session.id);
  const [use] = await t.store.sessions.repositories(session.id);
  await t.store.pullRequests.save(
    lease,
    aPullRequest({
      ...{ organizationId: t.organizationId, sessionId: session.id, repositoryId: repository.id },
      ...{ number: 7, headBranch: use!.branchName! },
    }),
  );
  await t.store.turns.end(lease, { status: "completed" }, someTime);
  memory.pullRequests.set(7, aForgePullRequest({ number: 7, head: use!.branchName!, updatedAt: new Date() }));
  const place = { sessionId: session.id, groupId: session.id, number: 2, count: 2, problem: null };
  await t.store.attempts.insert([{ ...place, state: "ending" }]);
  memory.failing.set("updatePullRequest", error);
  let pauses = 0;
  const tools = {
    signal: new AbortController().signal,
    step: (_: string, work: () => Promise<unknown>) => work(),
    pause: async () => {
      pauses += 1;
      await onPause(pauses);
      if (pauses === 2) memory.failing.clear();
    },
  } as unknown as JobTools;
  const { ports } = conversationPorts(t, memory.forge);
  const by = { userId: t.userId, keyId: newId(), requestId: "r1" };
  await runJob({ ports, tools } as JobContext, { kind: "attemptEnd", sessionId: session.id, ...by });
  return { attempt: (await t.store.attempts.find(session.id))!, pauses };
}

test("ends an attempt after a failure that passes", async () => {
  const { attempt, pauses } = await endAttempt(new AppError("forge_failed", "The forge is away."));
  assert.deepEqual([attempt.state, attempt.problem, pauses], ["ended", null, 2]);
});

test("stores why an attempt could not be ended, and does not retry what cannot pass", async () => {
  const { attempt, pauses } = await endAttempt(new AppError("invalid_input", "The branch is protected."));
  assert.deepEqual([attempt.state, pauses], ["ending", 0]);
  assert.match(attempt.problem ?? "", /^Pull request #7 .* could not be closed: The branch is protected\.$/);
});

test("stores an unexpected error as the problem", async () => {
  const { attempt } = await endAttempt(new TypeError("x is undefined"));
  assert.equal(attempt.state, "ending");
  assert.match(attempt.problem ?? "", /See the server's log/);
});
