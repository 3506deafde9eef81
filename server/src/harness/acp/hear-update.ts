import type { SessionUpdate } from "@agentclientprotocol/sdk/unstable";
import type { HarnessUpdate } from "../../core/ports/harness.ts";
import type { OpenConversation } from "./open-conversation.ts";
import type { ToolCalls } from "./tool-calls.ts";
import { translateUpdate } from "./translate-update.ts";

/** What an update of the session says in the product's words; null for nothing. Throws as `translateUpdate` does. */
export function hearUpdate(
  open: Pick<OpenConversation, "spec" | "session">,
  update: SessionUpdate,
  calls: ToolCalls,
): HarnessUpdate | null {
  const mode = open.session.choices.hear(update);
  if (mode === null) return translateUpdate(update, calls);
  return { type: "mode", mode, isPlanning: isPlanMode(open) };
}

/** The session is in a mode in which nothing is changed. */
export function isPlanMode({ spec, session }: Pick<OpenConversation, "spec" | "session">): boolean {
  const { mode } = session.choices;
  return mode !== null && spec.modes.plan.includes(mode);
}
