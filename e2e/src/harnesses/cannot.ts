/**
 * Reasons why a harness does not support a row, by harness and row name. The table then shows "no", and the test is
 * skipped. `docs/harnesses.md` lists every reason.
 */
export const cannot: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  codex: { "changed instructions": "A Codex conversation keeps the instructions it started with." },
  pi: {
    "permission allowed": "Pi never requests permission. The sandbox is the only boundary.",
    "permission denied": "Pi never requests permission. The sandbox is the only boundary.",
    "MCP stdio": "Pi ignores MCP servers passed over ACP. Use the `tembo` command in its shell instead.",
    "MCP remote": "Pi ignores MCP servers passed over ACP.",
  },
};
