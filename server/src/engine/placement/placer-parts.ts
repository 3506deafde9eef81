import type pg from "pg";
import type { OpenTransaction } from "../../core/base/index.ts";
import type { Ports } from "../../core/ports.ts";

export interface PlacerParts {
  readonly ports: Pick<Ports, "store" | "log" | "clock" | "settings">;
  readonly clientOf: (tx: OpenTransaction) => pg.ClientBase;
  readonly pool: pg.Pool;
  /** Version of the workflows that this process enqueues and runs. */
  readonly version: number;
}
