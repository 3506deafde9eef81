import { type Conversation, withoutReminders } from "./conversation.ts";
import { parseScript, ScriptError } from "./parse-script.ts";
import { textOfPart } from "./play-reply.ts";
import { type Reply, type Script, type ScriptContext, type Step, splitIntoReplies } from "./steps.ts";

/** A script given in code for prompts of plain words. */
export interface Registration {
  readonly matches: (userText: string) => boolean;
  readonly script: Script;
}

export interface Chosen {
  readonly reply: Reply;
  /** Tool results since the message the script belongs to; equal to the reply's place in the script. */
  readonly index: number;
  /** The same for every request about the same reply of the same conversation, so that failures can be counted. */
  readonly key: string;
}

const finished: Reply = { parts: [{ do: "say", text: "Nothing is left to do." }], tool: undefined };

/**
 * Finds what comes next in a conversation.
 *
 * The script is that of the last user message that has one: `SCRIPT(...)` in its text, or a registration that
 * matches it. Later messages without a script ("go on") continue it, because a reply's place is the number of tool
 * results in the whole rest of the conversation. `fallback` belongs to the first user message.
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
  const isOver = reply.tool === undefined && (reply.parts.length === 0 || wasSaid(reply, rest));
  return { reply: isOver ? finished : reply, index, key };
}

/** The title a script gives its session, for the requests in which a harness asks for one. */
export function chooseTitle(conversation: Conversation, registrations: readonly Registration[]): string {
  const found = findScript(conversation, registrations, undefined);
  const userText =
    found?.userText ?? conversation.entries.findLast(({ from }) => from === "user")?.text ?? "";
  const script = found
    ? stepsOf(found.script, { cwd: conversation.cwd, toolResults: [], userText: found.userText })
    : [];
  const title = script.find((step) => step.do === "title");
  if (title) return title.text;
  // Harnesses wrap what they ask about in a tag of their own.
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

/** A script that throws is its writer's to fix, as one of wrong text is. */
function stepsOf(script: Script, context: ScriptContext): readonly Step[] {
  if (typeof script !== "function") return script;
  try {
    return script(context);
  } catch (cause) {
    throw new ScriptError(`The registered script threw: ${cause}`, { cause });
  }
}

/** A final reply that stands whole in the conversation was given; an interrupted one is given again. */
function wasSaid(reply: Reply, rest: Conversation["entries"]): boolean {
  const whole = reply.parts.map(textOfPart).join("");
  const sinceTool = rest.slice(rest.findLastIndex(({ from }) => from === "tool") + 1);
  const said = sinceTool
    .filter(({ from }) => from === "model")
    .map(({ text }) => text)
    .join("");
  return said !== "" && said.includes(whole) && reply.parts.every((part) => part.do !== "endless");
}
