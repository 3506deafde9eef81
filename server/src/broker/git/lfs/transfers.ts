import { randomUUID } from "node:crypto";
import type { GitBrokerRepository } from "../../../core/turns/index.ts";

/** Address that the forge opened for one object. The address and its headers stay outside the sandbox. */
export interface LfsTransfer {
  readonly repository: GitBrokerRepository;
  readonly kind: "download" | "upload" | "verify";
  readonly href: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly oid: string;
  readonly sizeBytes: number;
}

const maxTransfers = 10_000;

/** Stores the latest transfers. The client requests an evicted one again. */
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
