/**
 * Rows that a harness does not manage, and why, by harness and name of the row. The table says "no" there and the test is skipped;
 * `docs/harnesses.md` holds every reason.
 */
export const cannot: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  codex: { "changed instructions": "its conversation keeps the instructions that it began with" },
  pi: {
    "permission allowed": "Pi never asks for permission; the sandbox is what holds it",
    "permission denied": "Pi never asks for permission; the sandbox is what holds it",
    "MCP stdio": "it takes no MCP servers over ACP; the tembo command is in its shell",
    "MCP remote": "it takes no MCP servers over ACP",
  },
};
