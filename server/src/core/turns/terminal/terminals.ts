import { randomBytes } from "node:crypto";
import { hashToken } from "../../accounts/index.ts";
import { AppError, newId } from "../../base/index.ts";
import { type Access, getVisibleSession, requireAccess } from "../../sessions/index.ts";
import type { TurnsPorts, TurnsStore } from "../ports.ts";
import type { SandboxTerminal, TerminalSize } from "../sandbox/sandbox.ts";
import { findRunningSandbox, type SandboxAbsence } from "../warm-sandbox/find-running-sandbox.ts";
import type { WarmSandbox } from "../warm-sandbox/warm-sandbox.ts";

const ticketLifeMs = 30_000;
const ticketPurpose = "terminal ticket";
/** Time for which another process still forwards an expired ticket, because its clock may be ahead. */
const clockDifferenceMs = 60_000;
/** Maximum number of open terminals and unused tickets per session. */
const maxOfSession = 4;

/**
 * Starts bash if it is available. It is not a login shell, because /etc/profile would remove the harness's programs
 * from PATH.
 */
const shell = ["/bin/sh", "-c", "command -v bash > /dev/null && exec bash; exec sh"] as const;

export interface TerminalScope extends Access {
  readonly sessionId: string;
  /** IP address of the client that requested the terminal, or null. */
  readonly address: string | null;
}

export interface OpenTerminal extends SandboxTerminal {
  readonly id: string;
}

const absences: Readonly<Record<SandboxAbsence, string>> = {
  paused: "The sandbox is paused while the turn's work is committed. Try again when the turn has ended.",
  elsewhere:
    "The session's sandbox is not ready. Its turn is still being prepared, or its machine is stopping. Try again in a few seconds.",
  stopped:
    "This session has no running sandbox. Send a message to start one. The sandbox keeps running for a while after the turn.",
};

type TerminalPorts = Pick<TurnsPorts, "store" | "warmSandboxes" | "clock" | "log" | "vault">;

/**
 * Opens shells for people in the sandboxes that are running in this process. A ticket is valid only in the process that
 * issued it, because that process runs the sandbox.
 */
export class Terminals {
  readonly #ports: TerminalPorts;
  readonly #tickets = new Map<string, { readonly scope: TerminalScope; readonly expiresAt: number }>();

  constructor(ports: TerminalPorts) {
    this.#ports = ports;
  }

  /**
   * Returns a ticket for one terminal, valid for 30 seconds. Throws `not_found` if the session is not visible. Throws
   * `conflict` if no sandbox is available here or the session has too many terminals.
   */
  async authorize(scope: TerminalScope): Promise<string> {
    await getVisibleSession(this.#ports.store, scope, scope.sessionId);
    await this.#getWarmSandbox(scope.sessionId);
    const now = this.#ports.clock.now().getTime();
    for (const [hash, { expiresAt }] of this.#tickets) if (expiresAt <= now) this.#tickets.delete(hash);
    this.#requireQuota(scope.sessionId);
    const expiresAt = now + ticketLifeMs;
    const body = `${randomBytes(32).toString("base64url")}.${expiresAt}`;
    const token = `${body}.${this.#sign(scope.sessionId, body).toString("base64url")}`;
    this.#tickets.set(hashToken(token).toString("hex"), { scope, expiresAt });
    return token;
  }

  /** Redeems a ticket and returns its scope, or null if the ticket is unknown, used or expired. */
  take(token: string): TerminalScope | null {
    const hash = hashToken(token).toString("hex");
    const ticket = this.#tickets.get(hash);
    this.#tickets.delete(hash);
    return ticket !== undefined && ticket.expiresAt > this.#ports.clock.now().getTime() ? ticket.scope : null;
  }

  /**
   * True if another process of this installation may have issued the ticket for the session. The signature and
   * the expiration keep requests with invented and old tickets from reaching other processes.
   */
  mayBeElsewhere(sessionId: string, token: string): boolean {
    if (this.#tickets.has(hashToken(token).toString("hex"))) return false;
    const [, body = "", until = "", signature = ""] =
      /^([\w-]{43}\.(\d{13}))\.([\w-]{43})$/.exec(token) ?? [];
    const { vault, clock } = this.#ports;
    if (body === "" || Number(until) + clockDifferenceMs < clock.now().getTime()) return false;
    return vault.isSigned(`${sessionId} ${body}`, ticketPurpose, Buffer.from(signature, "base64url"));
  }

  /**
   * Opens a terminal with a shell, and keeps the sandbox alive while the terminal is open. Appends an event when it
   * opens and when it closes. The terminal closes when the signal aborts, the shell exits or the sandbox stops. Throws
   * the errors of `requireAllowed`, and `conflict` for the same reasons as `authorize`.
   */
  async open(scope: TerminalScope, size: TerminalSize, signal: AbortSignal): Promise<OpenTerminal> {
    const { sessionId } = scope;
    const { store, warmSandboxes, log } = this.#ports;
    await this.requireAllowed(scope);
    // Only the next turn saves what the person changes.
    await store.savedWorkspaces.noteChanges(sessionId);
    const warm = await this.#getWarmSandbox(sessionId);
    this.#requireQuota(sessionId);
    const id = newId();
    const { env, cwd } = warm.surroundings;
    const terminal = warm.sandbox.openTerminal(
      { argv: shell, cwd, env: { ...env, TERM: "xterm-256color", COLORTERM: "truecolor" } },
      size,
      signal,
    );
    const endKeepAlive = warmSandboxes.keepAlives.add(sessionId, "terminal");
    const recording = recordOpened(store, scope, id);
    void terminal.exited
      .then(async ({ code }) => {
        endKeepAlive();
        // Read before the wait, because the connection closes after the shell has exited.
        const reason = signal.aborted
          ? "The connection was closed."
          : code === null
            ? "The sandbox stopped."
            : `The shell exited with code ${code}.`;
        await recording;
        const data = { type: "terminal.closed", terminalId: id, reason } as const;
        await store.events.append(sessionId, null, [{ key: `terminal:closed:${id}`, messageId: null, data }]);
      })
      .catch((cause: unknown) =>
        log.warn({ err: cause, sessionId }, "the end of a terminal could not be recorded"),
      );
    await recording;
    return { ...terminal, id };
  }

  /** Requires that the person may still use the terminal. Throws the errors of `requireAccess`. */
  async requireAllowed(scope: TerminalScope): Promise<void> {
    await requireAccess(this.#ports.store, scope, scope.sessionId);
  }

  /** Yields when the result of `requireAllowed` may have changed. */
  changes({ organizationId }: TerminalScope, signal: AbortSignal): AsyncIterable<void> {
    return this.#ports.store.followAccess(organizationId, signal);
  }

  #sign(sessionId: string, body: string): Buffer {
    return this.#ports.vault.sign(`${sessionId} ${body}`, ticketPurpose);
  }

  async #getWarmSandbox(sessionId: string): Promise<WarmSandbox> {
    const warm = await findRunningSandbox(this.#ports, sessionId);
    if (typeof warm === "string") throw new AppError("conflict", absences[warm]);
    return warm;
  }

  #requireQuota(sessionId: string): void {
    const waiting = [...this.#tickets.values()].filter(({ scope }) => scope.sessionId === sessionId).length;
    if (this.#ports.warmSandboxes.keepAlives.count(sessionId, "terminal") + waiting >= maxOfSession)
      throw new AppError(
        "conflict",
        `A session can have at most ${maxOfSession} terminals and unused terminal tickets at a time. Close a terminal, or wait until a ticket has expired.`,
      );
  }
}

/** Records the terminal as an event of the session and in the audit log. */
function recordOpened(store: TurnsStore, scope: TerminalScope, terminalId: string): Promise<void> {
  const { organizationId, sessionId, userId, apiKeyId: keyId, address } = scope;
  const data = { type: "terminal.opened", terminalId, userId } as const;
  return store.actingAs({ kind: "user", userId, keyId, address }, () =>
    store.transaction(async (tx) => {
      await tx.events.append(sessionId, null, [
        { key: `terminal:opened:${terminalId}`, messageId: null, data },
      ]);
      await tx.audit.record({
        organizationId,
        action: "terminal.opened",
        object: { kind: "session", id: sessionId, name: null },
        details: { terminalId },
      });
    }),
  );
}
