const measuresMemory = "measures the memory of its process";
const countsDescriptors = "counts the open descriptors of its process";

/** Test files that run in processes of their own, with the reasons. */
export const loneFiles: Readonly<Record<string, string>> = {
  "server/src/blobs/folder-blob-store.test.ts": measuresMemory,
  "server/src/harness/acp/floods.test.ts": measuresMemory,
  "server/src/harness/acp/process/read-lines.test.ts": measuresMemory,
  "server/src/host-git/runner.test.ts": countsDescriptors,
  "server/src/starter/starter.test.ts": countsDescriptors,
};
