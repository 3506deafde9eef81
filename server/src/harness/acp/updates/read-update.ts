import type { SessionUpdate } from "@agentclientprotocol/sdk/unstable";
import type { HarnessUpdate } from "../../../core/turns/index.ts";
import type { LaunchSpec } from "../../launch-spec.ts";
import type { OpenConversation } from "../session/open-conversation.ts";
import type { ToolCalls } from "./tool-calls.ts";
import { translateUpdate } from "./translate-update.ts";

/**
 * Converts a session update to the product's terms, or returns null if it has no meaning there. Records a mode change in the session's choices.
 * Throws the errors of `translateUpdate`.
 */
export function readUpdate(
  open: Pick<OpenConversation, "spec" | "session">,
  update: SessionUpdate,
  calls: ToolCalls,
): HarnessUpdate | null {
  const modeNotice = modeInWords(open.spec, update);
  if (modeNotice !== null) {
    open.session.choices.note(modeNotice);
    return { type: "mode", mode: modeNotice, isPlanning: isPlanMode(open) };
  }
  const mode = open.session.choices.applyUpdate(update);
  if (mode === null) return translateUpdate(update, calls);
  return { type: "mode", mode, isPlanning: isPlanMode(open) };
}

function modeInWords({ modeInWords: form }: LaunchSpec, update: SessionUpdate): string | null {
  if (form === undefined || update.sessionUpdate !== "agent_message_chunk") return null;
  return update.content.type === "text" ? (form.exec(update.content.text)?.[1] ?? null) : null;
}

/** True if the session is in a mode that changes nothing. */
export function isPlanMode({ spec, session }: Pick<OpenConversation, "spec" | "session">): boolean {
  const { choices } = session;
  if (choices.mode === null || !spec.modes.plan.includes(choices.mode)) return false;
  const besides = Object.entries(spec.choices?.modeOptions?.plan ?? {});
  return besides.every(([id, value]) => choices.valueOf(id) === value);
}
