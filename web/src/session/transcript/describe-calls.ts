import { text } from "../../text/index.ts";
import type { CallSummary } from "./summarize-calls.ts";

/** Describes the calls of a group, such as "Explored 4 files, ran 3 commands". */
export function describeCalls({ read, searches, edited, commands, fetched, others }: CallSummary): string {
  const words = text.toolCalls;
  const parts = [
    read === 0 ? "" : words.explored(read),
    searches === 0 ? "" : words.searched(searches),
    edited === 0 ? "" : words.edited(edited),
    commands === 0 ? "" : words.ran(commands),
    fetched === 0 ? "" : words.fetched(fetched),
    others === 0 ? "" : words.used(others),
  ].filter((part) => part !== "");
  const all = parts.length === 0 ? words.attempted : parts.join(", ");
  return all.charAt(0).toUpperCase() + all.slice(1);
}
