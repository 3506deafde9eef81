import type { Repository } from "@tembo/contract";
import type { Files, World } from "../support/index.ts";

/** Test of one feature, which runs in the same way for every harness. A file in `rows/` exports its rows as `rows`. */
export interface Row {
  /** Name of the row in the table. */
  readonly name: string;
  /** Predicate of a sentence whose subject is the harness: "runs a command". */
  readonly does: string;
  run(bench: Bench): Promise<void>;
}

/** Environment in which a row is tested: the running product with one harness. */
export interface Bench {
  readonly world: World;
  readonly harness: string;
  /**
   * A remote MCP server that accepts the token. `calls` contains the name from each call of the server's `greet` tool.
   */
  readonly mcpServer: { readonly url: string; readonly token: string; readonly calls: readonly string[] };
  /** Creates a repository for this row on the local forge. */
  repository(name: string, files: Files): Promise<Repository>;
  /** Starts a session with the harness. */
  start(prompt: string, repositories?: readonly Repository[]): Promise<{ readonly id: string }>;
}
