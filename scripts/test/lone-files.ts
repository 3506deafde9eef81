/** Test files that run in processes of their own, with the reasons. */
export const loneFiles: Readonly<Record<string, string>> = {
  "server/src/harness/acp/floods.test.ts": "measures the memory of its process",
  "server/src/host-git/runner.test.ts": "counts the open descriptors of its process",
  "server/src/start-folder.test.ts": "changes the user of its process",
  "server/src/starter/starter.test.ts": "counts the open descriptors of its process",
};
