import type { ProgramWays } from "../launch-spec.ts";
import { programSpec } from "./program.ts";

/** Where the key is bound the egress door speaks HTTP/1.1 alone. The other fields must be there. */
const settings = {
  version: 1,
  editor: { vimMode: false },
  permissions: { allow: [], deny: [] },
  network: { useHttp1ForAgent: true },
};

/**
 * Cursor's command line speaks ACP itself (cursor.com/docs/cli/acp). Its model calls go to its own service; with the key it asks there for
 * a token of a session, which it then works with.
 */
const ways: ProgramWays = {
  service: {
    keySetting: "cursorApiKey",
    keyVariable: "CURSOR_API_KEY",
    keyHosts: ["api2.cursor.sh:443"],
    otherHosts: ["*.cursor.sh"],
  },
  repositoryFiles: { skillFolders: [".cursor/skills"] },
  files: () => ({ ".cursor/cli-config.json": JSON.stringify(settings) }),
};

export const cursor = programSpec({
  name: "cursor",
  displayName: "Cursor",
  modelFamily: "anthropic",
  defaultModel: "auto",
  argv: ["agent", "acp"],
  ways,
  fix: 'Install its command line from cursor.com, and name its real path in harnesses.json as {"cursor": {"argv": ["/path/to/agent", "acp"]}}',
});
