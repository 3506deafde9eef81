const registersWorkflows = "registers the workflows of the engine, which is possible once in a process";
const measuresMemory = "measures the memory of its process";
const countsDescriptors = "counts the open descriptors of its process";

/** Test files that run in processes of their own, with the reasons. */
export const loneFiles: Readonly<Record<string, string>> = {
  "server/src/blobs/folder-blob-store.test.ts": measuresMemory,
  "server/src/blobs/s3/s3-blob-store.test.ts": measuresMemory,
  "server/src/engine/forget-ended.test.ts": registersWorkflows,
  "server/src/engine/jobs.test.ts": registersWorkflows,
  "server/src/engine/older-versions.test.ts": registersWorkflows,
  "server/src/engine/placement/placement.test.ts": registersWorkflows,
  "server/src/engine/placement/withdraw-mislabeled.test.ts": registersWorkflows,
  "server/src/engine/queue-polls.test.ts": registersWorkflows,
  "server/src/engine/requeue-once.test.ts": registersWorkflows,
  "server/src/engine/turn-engine.test.ts": registersWorkflows,
  "server/src/engine/webhook-jobs.test.ts": registersWorkflows,
  "server/src/engine/work-watch.test.ts": registersWorkflows,
  "server/src/harness/acp/floods.test.ts": measuresMemory,
  "server/src/harness/acp/process/read-lines.test.ts": measuresMemory,
  "server/src/host-git/runner.test.ts": countsDescriptors,
  "server/src/sandbox/disk/watch-disk.test.ts": "counts the timers of its process",
  "server/src/starter/starter.test.ts": countsDescriptors,
};
