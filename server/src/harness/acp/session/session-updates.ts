import type { HarnessUpdate } from "../../../core/turns/index.ts";
import type { HarnessProcess } from "../process/harness-process.ts";
import { commandsOf } from "../updates/translate-update.ts";

type News = Extract<HarnessUpdate, { readonly type: "mode" | "availableCommands" }>;

const maxNotices = 50;

/** What is told of a session while no prompt runs: it waits for the next prompt, the newest of each kind. */
export class SessionUpdates {
  readonly #newest = new Map<News["type"], News>();
  #notices: readonly string[] = [];

  /** While a session is opened, when all else may be the repetition of an earlier conversation. */
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

  /** Everything that waits, which then waits no more. */
  take(): HarnessUpdate[] {
    const notices = this.#notices.map((message) => ({ type: "notice" as const, message }));
    const news = [...this.#newest.values()];
    this.#notices = [];
    this.#newest.clear();
    return [...notices, ...news];
  }
}
