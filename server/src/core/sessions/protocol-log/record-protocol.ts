import type { WireRecord } from "@tembo/contract";
import { AppError, type Masker, storeRowBytes, type TurnLease } from "../../base/index.ts";
import type { SessionsPorts } from "../ports.ts";
import { createProtocolMasker, type ProtocolMasker } from "./mask-protocol.ts";
import type { ProtocolLine } from "./protocol-line.ts";

export interface ProtocolRecording {
  /** Records a line without waiting for it to be stored. Lines beyond the limits are only counted. */
  recordLine(line: ProtocolLine): void;
  /** Stores the pending lines. Does not throw if they cannot be stored, so that the turn continues. */
  close(): Promise<void>;
}

export interface ProtocolLogLimits {
  /** Maximum number of characters in one recording. */
  readonly maxChars: number;
  readonly maxLineChars: number;
  /** Maximum number of characters that wait to be stored. Lines that exceed it are dropped. */
  readonly maxPendingChars: number;
  /** Number of pending characters at which a piece is stored. */
  readonly pieceChars: number;
  /** Age at which pending lines are stored with the next line, so that few lines are lost if the worker dies. */
  readonly maxAgeMs: number;
}

export const defaultProtocolLogLimits: ProtocolLogLimits = {
  maxChars: 8_000_000,
  maxLineChars: 1_000_000,
  maxPendingChars: 2_000_000,
  pieceChars: 256_000,
  maxAgeMs: 5_000,
};

type Begin = Omit<Extract<WireRecord, { type: "begin" }>, "type" | "at">;

export interface ProtocolSource {
  readonly ports: Pick<SessionsPorts, "store" | "clock" | "log" | "blobs">;
  readonly lease: TurnLease;
  readonly session: { readonly organizationId: string };
  /** Masks secrets in everything that is stored, including secrets that the harness sends in pieces. */
  readonly masker: Masker;
  readonly limits?: ProtocolLogLimits;
}

/** Records the messages between a harness and its driver, up to limits, and stores them under the turn's lease. */
export function recordProtocol(source: ProtocolSource, begin: Begin): ProtocolRecording {
  return new Recording(source, begin);
}

class Recording implements ProtocolRecording {
  readonly #source: ProtocolSource;
  readonly #limits: ProtocolLogLimits;
  readonly #masker: ProtocolMasker;
  #pending: WireRecord[];
  #pendingChars = 0;
  #keptChars = 0;
  #dropped = 0;
  #isFull = false;
  #storedAt: number;
  #storing: Promise<void> | null = null;
  #hasFailed = false;

  constructor(source: ProtocolSource, begin: Begin) {
    this.#source = source;
    this.#limits = source.limits ?? defaultProtocolLogLimits;
    this.#masker = createProtocolMasker(source.masker);
    const now = source.ports.clock.now();
    this.#storedAt = now.getTime();
    this.#pending = [{ type: "begin", at: now.toISOString(), ...begin }];
  }

  recordLine({ direction, text }: ProtocolLine): void {
    if (this.#hasFailed) return;
    const { maxChars, maxLineChars, maxPendingChars, pieceChars, maxAgeMs } = this.#limits;
    this.#isFull ||= this.#keptChars + text.length > maxChars;
    if (this.#isFull || text.length > maxLineChars || this.#pendingChars + text.length > maxPendingChars) {
      this.#dropped += 1;
      return;
    }
    const now = this.#source.ports.clock.now();
    this.#appendDropped(now);
    this.#pending.push({ type: "line", at: now.toISOString(), direction, text });
    this.#pendingChars += text.length;
    this.#keptChars += text.length;
    const isDue = this.#pendingChars >= pieceChars || now.getTime() - this.#storedAt >= maxAgeMs;
    if (isDue && this.#storing === null) this.#store();
  }

  async close(): Promise<void> {
    await this.#storing;
    this.#appendDropped(this.#source.ports.clock.now());
    this.#pending.push(...this.#masker.flush());
    if (this.#pending.length > 0 && !this.#hasFailed) this.#store();
    await this.#storing;
  }

  #appendDropped(at: Date): void {
    if (this.#dropped === 0) return;
    this.#pending.push({ type: "dropped", at: at.toISOString(), lines: this.#dropped });
    this.#dropped = 0;
  }

  #store(): void {
    const { ports, lease } = this.#source;
    const records = this.#pending.flatMap((record) => this.#masker.push(record));
    this.#pending = [];
    this.#pendingChars = 0;
    this.#storedAt = ports.clock.now().getTime();
    const piece = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    this.#storing = this.#append(piece)
      .catch((cause: unknown) => {
        this.#hasFailed = true;
        // The turn receives this error itself on its next write.
        if (cause instanceof AppError && cause.code === "fenced") return;
        ports.log.warn(
          { err: cause, turnId: lease.turnId },
          "the protocol log of a turn could not be stored; recording stopped",
        );
      })
      .finally(() => {
        this.#storing = null;
      });
  }
  #append(piece: string): Promise<void> {
    const { ports, lease, session } = this.#source;
    const owner = { organizationId: session.organizationId, kind: "protocol" } as const;
    return ports.store.protocolLog.append(lease, piece, (bytes) => storeRowBytes(ports.blobs, owner, bytes));
  }
}
