import { withTimeout } from "../../../runtime/with-timeout.ts";
import { AppError } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";
import type { ForwardedConnection } from "../sandbox/sandbox.ts";
import { findRunningSandbox, type SandboxAbsence } from "../warm-sandbox/find-running-sandbox.ts";
import type { PreviewAccess } from "./preview-grants.ts";

const connectTimeoutMs = 10_000;
/** Maximum number of open connections to one session, and of one person or share link. */
const maxPerSession = 256;
const maxPerHolder = 256;
/** Time for which a preview counts as in use after its last connection ended. */
const lingerMs = 5 * 60_000;

/** Reason why a preview cannot be reached. `silent`: no program listens on the port. `busy`: the limit is reached. */
export type PreviewAbsence = SandboxAbsence | "silent" | "busy";

export interface HeldConnection {
  readonly connection: ForwardedConnection;
  /** Frees the connection's place. Idempotent. */
  readonly release: () => void;
}

interface SessionUse {
  readonly endKeepAlive: () => void;
  connections: number;
  timer: NodeJS.Timeout | null;
}

type ConnectionPorts = Pick<TurnsPorts, "store" | "warmSandboxes">;

/**
 * Connections of browsers to programs in the sandboxes that are running in this process. While a browser uses a
 * session's previews, its sandbox is kept alive as with an open terminal.
 */
export class PreviewConnections {
  readonly #ports: ConnectionPorts;
  readonly #sessions = new Map<string, SessionUse>();
  readonly #holders = new Map<string, number>();

  constructor(ports: ConnectionPorts) {
    this.#ports = ports;
  }

  async open(
    { preview: { sessionId, port }, holderId }: PreviewAccess,
    signal: AbortSignal,
  ): Promise<HeldConnection | PreviewAbsence> {
    const warm = await findRunningSandbox(this.#ports, sessionId);
    if (typeof warm === "string") return warm;
    const release = this.#reserve(sessionId, holderId);
    if (release === null) return "busy";
    const stop = new AbortController();
    try {
      const connection = await withTimeout(
        warm.sandbox.connect(port, AbortSignal.any([signal, stop.signal])),
        connectTimeoutMs,
        () => {
          stop.abort();
          throw new AppError(
            "unavailable",
            `Port ${port} of the sandbox did not accept the connection in time.`,
          );
        },
      );
      connection.once("close", release);
      return { connection, release };
    } catch (cause) {
      release();
      // The sandbox may have paused, stopped or started again in the meantime.
      const now = await findRunningSandbox(this.#ports, sessionId);
      if (now !== warm) return typeof now === "string" ? now : "elsewhere";
      if (cause instanceof AppError && cause.code === "unavailable") return "silent";
      throw cause;
    }
  }

  /** Reserves a place for a connection. Returns the function that frees it, or null if a limit is reached. */
  #reserve(sessionId: string, holderId: string): (() => void) | null {
    const held = this.#holders.get(holderId) ?? 0;
    if ((this.#sessions.get(sessionId)?.connections ?? 0) >= maxPerSession || held >= maxPerHolder)
      return null;
    const use = this.#sessions.get(sessionId) ?? {
      endKeepAlive: this.#ports.warmSandboxes.keepAlives.add(sessionId, "preview"),
      connections: 0,
      timer: null,
    };
    this.#sessions.set(sessionId, use);
    this.#holders.set(holderId, held + 1);
    use.connections += 1;
    if (use.timer !== null) clearTimeout(use.timer);
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      const left = this.#holders.get(holderId)! - 1;
      if (left === 0) this.#holders.delete(holderId);
      else this.#holders.set(holderId, left);
      use.connections -= 1;
      if (use.connections === 0) this.#linger(sessionId, use);
    };
  }

  #linger(sessionId: string, use: SessionUse): void {
    use.timer = setTimeout(() => {
      use.endKeepAlive();
      this.#sessions.delete(sessionId);
    }, lingerMs);
    use.timer.unref();
  }
}
