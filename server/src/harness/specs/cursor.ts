import { programSpec } from "./program.ts";

/** Cursor's command line speaks ACP itself. Its model calls go to its own service, with the key of a secret that is bound to it. */
export const cursor = programSpec({
  name: "cursor",
  displayName: "Cursor",
  modelFamily: "anthropic",
  defaultModel: "auto",
  argv: ["agent", "acp"],
  mend: 'Install its command line from cursor.com, and name its real path in harnesses.json as {"cursor": {"argv": ["/path/to/agent", "acp"]}}',
});
