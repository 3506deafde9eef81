import assert from "node:assert/strict";
import { test } from "node:test";
import { createWorkspaceQueue } from "./workspace-queue.ts";

function queueWith(standsStill: boolean) {
  const done: string[] = [];
  const queue = createWorkspaceQueue({
    pause: async () => {
      done.push("pause");
      return standsStill;
    },
    resume: async () => void done.push("resume"),
  });
  return { queue, done };
}

test("pauses the sandbox during file work, and runs a waiting program afterwards", async () => {
  const { queue, done } = queueWith(true);
  const gate = Promise.withResolvers<void>();
  const first = queue.still(async () => {
    done.push("files");
    await gate.promise;
    return 1;
  });
  const second = queue.moving(async () => done.push("program"));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(done, ["pause", "files"]);
  gate.resolve();
  assert.equal(await first, 1);
  await second;
  assert.deepEqual(done, ["pause", "files", "resume", "program"]);
});

test("rejects file work when the pause fails, and then resumes the sandbox and runs the next program", async () => {
  const { queue, done } = queueWith(false);
  await assert.rejects(
    queue.still(async () => done.push("files")),
    { code: "conflict", message: /could not be paused/ },
  );
  await queue.moving(async () => done.push("program"));
  assert.deepEqual(done, ["pause", "resume", "program"]);
});

test("resumes the sandbox after failed work, and runs the next task", async () => {
  const { queue, done } = queueWith(true);
  await assert.rejects(
    queue.still(() => Promise.reject(new Error("no"))),
    /no/,
  );
  await queue.still(async () => done.push("files"));
  assert.deepEqual(done, ["pause", "resume", "pause", "files", "resume"]);
});
