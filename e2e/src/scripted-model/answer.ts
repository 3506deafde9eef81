import { answerBackground, isBackground } from "./background.ts";
import { type Chosen, chooseReply, chooseTitle, type Registration } from "./choose-reply.ts";
import { type Conversation, withoutReminders } from "./conversation.ts";
import { ScriptError } from "./parse-script.ts";
import { type Delta, decideFailure, playReply, type Spend } from "./play-reply.ts";
import type { Answer, Usage } from "./protocols/protocol.ts";
import { type RecordedRequest, shorten } from "./recorder.ts";
import type { Reply, Script } from "./steps.ts";
import { type ToolCall, ToolMissing, toToolCall } from "./tools.ts";

type Facts = Omit<RecordedRequest, "method" | "path" | "headers" | "protocol" | "outcome">;

export interface Prepared {
  readonly facts: Facts;
  readonly wantsStream: boolean;
  readonly refusal: { readonly status: number; readonly message: string } | undefined;
  readonly answer: Answer;
}

export type Scripted = ReturnType<typeof createScripted>;

const maxCounters = 10_000;
const background: Chosen = { reply: { parts: [], tool: undefined }, index: 0, key: "" };

/** Creates the script registry of one server, with the counters of its scripted failures. */
export function createScripted() {
  const registrations: Registration[] = [];
  const counters = new Map<string, number>();
  let fallback: Script | undefined;

  const spendOf =
    (key: string): Spend =>
    (partIndex, times) => {
      const counter = `${partIndex} ${key}`;
      const spent = counters.get(counter) ?? 0;
      if (spent >= times) return false;
      counters.set(counter, spent + 1);
      if (counters.size > maxCounters) counters.delete(counters.keys().next().value!);
      return true;
    };

  return {
    register(matcher: string | RegExp, script: Script): void {
      const matches = (text: string) =>
        typeof matcher === "string" ? text.includes(matcher) : text.search(matcher) >= 0;
      registrations.unshift({ matches, script });
    },

    setDefault(script: Script | undefined): void {
      fallback = script;
    },

    prepare(conversation: Conversation, signal: AbortSignal): Prepared {
      const isAside = isBackground(conversation);
      const refuse = (status: number, message: string, chosen = background): Prepared => ({
        ...prepared(conversation, isAside, chosen, { play: playReply(chosen.reply, undefined, idle) }),
        refusal: { status, message },
      });
      const idle = { spend: () => false, signal };
      try {
        if (isAside) {
          const text = answerBackground(conversation.answerSchema, chooseTitle(conversation, registrations));
          const reply: Reply = { parts: [{ do: "say", text }], tool: undefined };
          return prepared(conversation, true, background, { play: playReply(reply, undefined, idle) });
        }
        const chosen = chooseReply(conversation, registrations, fallback);
        const spend = spendOf(chosen.key);
        const call = toolCallOf(chosen.reply, conversation);
        const status = decideFailure(chosen.reply, spend);
        if (status !== undefined)
          return refuse(status, `The script fails this request with ${status}.`, chosen);
        return prepared(conversation, false, chosen, {
          play: playReply(chosen.reply, call, { spend, signal }),
        });
      } catch (error) {
        // Responds with status 400, because the author must fix a wrong script. Harnesses show the message of a 400
        // response and do not retry the request.
        if (error instanceof ScriptError || error instanceof ToolMissing) return refuse(400, error.message);
        throw error;
      }
    },
  };
}

function toolCallOf({ tool }: Reply, { tools, cwd }: Conversation): ToolCall | undefined {
  return tool && toToolCall(tool, tools, cwd);
}

function prepared(
  conversation: Conversation,
  isAside: boolean,
  { index }: Chosen,
  { play }: { play: AsyncIterable<Delta> },
): Prepared {
  let characters = 0;
  const last = (from: "user" | "tool") => conversation.entries.findLast((entry) => entry.from === from)?.text;
  async function* counted(): AsyncGenerator<Delta> {
    for await (const delta of play) {
      characters += delta.kind === "tool" ? JSON.stringify(delta.call).length : delta.text.length;
      yield delta;
    }
  }
  const usage = (): Usage => ({
    input: 200,
    cachedInput: isAside ? 0 : 1000 + 150 * index,
    output: 12 + Math.ceil(characters / 4),
  });
  return {
    facts: {
      model: conversation.model,
      isBackground: isAside,
      wantsStream: conversation.wantsStream,
      cwd: conversation.cwd,
      tools: conversation.tools.map(({ name }) => name),
      replyIndex: index,
      lastUserText: shorten(withoutReminders(last("user") ?? "")),
      userTexts: conversation.entries.flatMap(({ from, text }) => (from === "user" ? [shorten(text)] : [])),
      systemText: conversation.systemText,
      pictures: conversation.pictures ?? [],
      lastToolResult: last("tool") === undefined ? undefined : shorten(last("tool")!),
    },
    wantsStream: conversation.wantsStream,
    refusal: undefined,
    answer: { model: conversation.model, deltas: counted(), usage },
  };
}
