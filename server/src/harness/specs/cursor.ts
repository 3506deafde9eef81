import type { ProgramTraits } from "../launch-spec.ts";
import { programSpec } from "./program.ts";

/**
 * Settings with which Cursor uses HTTP/1.1, because the egress proxy supports no other version for hosts to which it sends the key. Cursor
 * requires the other fields.
 */
const settings = {
  version: 1,
  editor: { vimMode: false },
  permissions: { allow: [], deny: [] },
  network: { useHttp1ForAgent: true },
};

/**
 * Cursor. Its command line implements ACP (cursor.com/docs/cli/acp). Cursor sends its model requests to its own service, where it exchanges
 * the key for a session token for all other requests.
 */
const ways: ProgramTraits = {
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
  fix: 'Install the Cursor CLI from cursor.com in /usr/local/bin, or set its real path in harnesses.json: {"cursor": {"argv": ["/path/to/agent", "acp"]}}',
});
