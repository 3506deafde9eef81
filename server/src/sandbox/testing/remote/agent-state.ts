import { AppError } from "../../../core/base/index.ts";
import type { Sandbox, SandboxProvider, SandboxSpec } from "../../../core/turns/index.ts";

/** Sandbox that a server has opened. `sandbox` is null before the start and after the stop. */
export interface HeldSandbox {
  readonly sandboxId: string;
  readonly spec: SandboxSpec;
  sandbox: Sandbox | null;
}

/** Sandboxes on an agent's machine, across all connections. Calls for the same session run one at a time, except work in a running sandbox. */
export class AgentState {
  readonly provider: SandboxProvider;
  /** Folder for the agent's own files. */
  readonly folder: string;
  /** ID of the last opened sandbox, by session. */
  readonly #current = new Map<string, string>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(provider: SandboxProvider, folder: string) {
    this.provider = provider;
    this.folder = folder;
  }

  open(held: HeldSandbox): Promise<void> {
    return this.#inTurn(held, async () => {
      this.#current.set(held.spec.workspace.sessionId, held.sandboxId);
    });
  }

  start(held: HeldSandbox): Promise<Sandbox> {
    return this.#inTurn(held, async () => {
      this.#requireCurrent(held);
      held.sandbox = await this.provider.create(held.spec);
      return held.sandbox;
    });
  }

  /**
   * Runs `work` in the sandbox if it is running, otherwise in a temporary sandbox that can write to every folder. In the second case, throws
   * `sandbox_unavailable` if another sandbox of the session has been opened.
   */
  async within<T>(held: HeldSandbox, work: (sandbox: Sandbox) => Promise<T>): Promise<T> {
    if (held.sandbox !== null) return work(held.sandbox);
    return this.#inTurn(held, async () => {
      this.#requireCurrent(held);
      const plain = {
        isWorkspaceReadOnly: false,
        readOnlyPaths: [],
        gitRoutes: [],
        trustedCertificate: null,
      };
      const sandbox = await this.provider.create({ ...held.spec, ...plain });
      try {
        return await work(sandbox);
      } finally {
        await sandbox.stop();
      }
    });
  }

  /** Stops the sandbox. Resolves to true if no other sandbox of the session was opened in the meantime. */
  stop(held: HeldSandbox): Promise<boolean> {
    return this.#inTurn(held, async () => {
      await held.sandbox?.stop();
      held.sandbox = null;
      return this.#isCurrent(held);
    });
  }

  async close(held: HeldSandbox): Promise<void> {
    await this.stop(held);
    if (this.#isCurrent(held)) this.#current.delete(held.spec.workspace.sessionId);
  }

  clear(sessionId: string): Promise<void> {
    return this.#inTurn({ spec: { workspace: { sessionId } } }, async () => {
      this.#current.delete(sessionId);
      await this.provider.clear(sessionId);
    });
  }

  #isCurrent({ sandboxId, spec }: HeldSandbox): boolean {
    return this.#current.get(spec.workspace.sessionId) === sandboxId;
  }

  #requireCurrent(held: HeldSandbox): void {
    if (!this.#isCurrent(held))
      throw new AppError("sandbox_unavailable", "Another server has opened a sandbox of the session since.");
  }

  #inTurn<T>(
    { spec }: { readonly spec: { readonly workspace: { readonly sessionId: string } } },
    work: () => Promise<T>,
  ): Promise<T> {
    const { sessionId } = spec.workspace;
    const next = (this.#turns.get(sessionId) ?? Promise.resolve()).then(work);
    const settled = next.catch(() => {});
    this.#turns.set(sessionId, settled);
    void settled.then(() => {
      if (this.#turns.get(sessionId) === settled) this.#turns.delete(sessionId);
    });
    return next;
  }
}
