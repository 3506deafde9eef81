import { type Conversation, withoutReminders } from "./conversation.ts";
import { parseScript, ScriptError } from "./parse-script.ts";
import { textOfPart } from "./play-reply.ts";
import { type Reply, type Script, type ScriptContext, type Step, splitIntoReplies } from "./steps.ts";

/** A script that is registered in code for user messages in plain text. */
export interface Registration {
  readonly matches: (userText: string) => boolean;
  readonly script: Script;
}

export interface Chosen {
  readonly reply: Reply;
  /** Number of tool results since the message with the script. This number is the reply's index in the script. */
  readonly index: number;
  /** Key that all requests for the same reply in the same conversation share. The counters of failures use it. */
  readonly key: string;
}

const finished: Reply = { parts: [{ do: "say", text: "Nothing is left to do." }], tool: undefined };

/**
 * Returns the next reply of a conversation.
 *
 * The script belongs to the last user message that has a script: `SCRIPT(...)` in the message text, or a matching
 * registration. Later messages without a script ("go on") continue this script, because a reply's index is the number
 * of tool results after the script's message. If no message has a script, `fallback` starts at the first user message.
 */
export function chooseReply(
  conversation: Conversation,
  registrations: readonly Registration[],
  fallback: Script | undefined,
): Chosen {
  const found = findScript(conversation, registrations, fallback);
  if (!found) return { reply: finished, index: 0, key: "" };
  const rest = conversation.entries.slice(found.at + 1);
  const toolResults = rest.filter(({ from }) => from === "tool").map(({ text }) => text);
  const index = toolResults.length;
  const script = stepsOf(found.script, { cwd: conversation.cwd, toolResults, userText: found.userText });
  const reply = splitIntoReplies(script)[index] ?? { parts: [], tool: undefined };
  const key = JSON.stringify([conversation.id, found.at, found.userText, index]);
  const isOver = reply.tool === undefined && (reply.parts.length === 0 || isSent(reply, rest));
  return { reply: isOver ? finished : reply, index, key };
}

/**
 * Returns the session title that a script specifies, for requests in which a harness asks for a title. Defaults to the
 * first six words of the user's message.
 */
export function chooseTitle(conversation: Conversation, registrations: readonly Registration[]): string {
  const found = findScript(conversation, registrations, undefined);
  const userText =
    found?.userText ?? conversation.entries.findLast(({ from }) => from === "user")?.text ?? "";
  const script = found
    ? stepsOf(found.script, { cwd: conversation.cwd, toolResults: [], userText: found.userText })
    : [];
  const title = script.find((step) => step.do === "title");
  if (title) return title.text;
  // Harnesses wrap the message in a tag.
  const words = withoutReminders(userText)
    .replace(/<\/?[a-z_-]+>/g, " ")
    .replace(/SCRIPT\([\s\S]*/, "")
    .match(/[\p{L}\p{N}'-]+/gu);
  return words?.slice(0, 6).join(" ") || "A scripted session";
}

function findScript(
  { entries }: Conversation,
  registrations: readonly Registration[],
  fallback: Script | undefined,
): { at: number; script: Script; userText: string } | undefined {
  for (let at = entries.length - 1; at >= 0; at -= 1) {
    const entry = entries[at]!;
    if (entry.from !== "user") continue;
    const userText = withoutReminders(entry.text);
    const script = parseScript(userText) ?? registrations.find(({ matches }) => matches(userText))?.script;
    if (script) return { at, script, userText };
  }
  const first = entries.findIndex(({ from, text }) => from === "user" && withoutReminders(text) !== "");
  if (fallback === undefined || first < 0) return undefined;
  return { at: first, script: fallback, userText: withoutReminders(entries[first]!.text) };
}

/** Reports an error in a script function like a syntax error, because the script's author must fix both. */
function stepsOf(script: Script, context: ScriptContext): readonly Step[] {
  if (typeof script !== "function") return script;
  try {
    return script(context);
  } catch (cause) {
    throw new ScriptError(`The registered script threw: ${cause}`, { cause });
  }
}

/** Returns true if the conversation contains the complete final reply. An interrupted reply is played again. */
function isSent(reply: Reply, rest: Conversation["entries"]): boolean {
  const whole = reply.parts.map(textOfPart).join("");
  const sinceTool = rest.slice(rest.findLastIndex(({ from }) => from === "tool") + 1);
  const sentText = sinceTool
    .filter(({ from }) => from === "model")
    .map(({ text }) => text)
    .join("");
  return sentText !== "" && sentText.includes(whole) && reply.parts.every((part) => part.do !== "endless");
}
