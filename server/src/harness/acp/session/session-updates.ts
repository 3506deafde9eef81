import type { HarnessUpdate } from "../../../core/turns/index.ts";
import type { HarnessProcess } from "../process/harness-process.ts";
import { commandsOf } from "../updates/translate-update.ts";

type LatestUpdate = Extract<HarnessUpdate, { readonly type: "mode" | "availableCommands" }>;

const maxNotices = 50;

/** Stores notices, and the newest mode and command list that arrive between prompts, until the next prompt. */
export class SessionUpdates {
  readonly #newest = new Map<LatestUpdate["type"], LatestUpdate>();
  #notices: readonly string[] = [];

  /** Listens while a session is being opened. Stores only lists of commands, because other updates may repeat an earlier conversation. */
  listenTo(process: HarnessProcess): void {
    process.listen({
      update: (update) => {
        if (update.sessionUpdate === "available_commands_update") this.keep(commandsOf(update));
      },
      dropped: () => {},
      whenReady: async () => {},
    });
  }

  keep(update: HarnessUpdate | null): void {
    if (update?.type === "mode" || update?.type === "availableCommands")
      this.#newest.set(update.type, update);
  }

  notice(messages: readonly string[]): void {
    this.#notices = [...this.#notices, ...messages].slice(-maxNotices);
  }

  /** Removes and returns all stored updates and notices. */
  take(): HarnessUpdate[] {
    const notices = this.#notices.map((message) => ({ type: "notice" as const, message }));
    const latest = [...this.#newest.values()];
    this.#notices = [];
    this.#newest.clear();
    return [...notices, ...latest];
  }
}
