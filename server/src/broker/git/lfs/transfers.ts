import { randomUUID } from "node:crypto";
import type { GitBrokerRepository } from "../../../core/turns/index.ts";

/** URL and headers that the forge returned for the transfer of one object. They never enter the sandbox. */
export interface LfsTransfer {
  readonly repository: GitBrokerRepository;
  readonly kind: "download" | "upload" | "verify";
  readonly href: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly oid: string;
  readonly sizeBytes: number;
}

const maxTransfers = 10_000;

/** Stores the latest transfers. If a transfer was evicted, the client requests it again. */
export function createTransfers() {
  const known = new Map<string, LfsTransfer>();
  return {
    add(transfer: LfsTransfer): string {
      const id = randomUUID();
      known.set(id, transfer);
      for (const oldest of known.keys()) {
        if (known.size <= maxTransfers) break;
        known.delete(oldest);
      }
      return id;
    },
    find: (id: string) => known.get(id) ?? null,
  };
}

export type LfsTransfers = ReturnType<typeof createTransfers>;
