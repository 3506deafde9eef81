import type { Repository } from "@tembo/contract";
import type { Files, World } from "../support/index.ts";

/** One thing that every harness shall do, told the same way whichever it is. A file of `rows/` exports some of them as `rows`. */
export interface Row {
  /** Of the table. */
  readonly name: string;
  /** Ends a sentence that begins with the harness: "runs a command". */
  readonly does: string;
  run(bench: Bench): Promise<void>;
}

/** What a row works with: the product with one harness in it. */
export interface Bench {
  readonly world: World;
  readonly harness: string;
  /** A remote server of the Model Context Protocol that lets in who has the token; `calls` are the names that it greeted. */
  readonly mcpServer: { readonly url: string; readonly token: string; readonly calls: readonly string[] };
  /** A repository of the row's own on the local forge. */
  repository(name: string, files: Files): Promise<Repository>;
  /** Starts a session of the harness. */
  start(prompt: string, repositories?: readonly Repository[]): Promise<{ readonly id: string }>;
}
