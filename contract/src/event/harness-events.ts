import { z } from "zod";
import { permissionKinds } from "../permission/permission-kinds.ts";
import { cutText, defineEvent } from "./define-event.ts";

const toolKinds = permissionKinds.filter((kind) => kind !== "leavePlan");
const count = z.int().min(0);

/** Events about the output and the tool calls of the harness. */
export const harnessEvents = [
  defineEvent("text", "A piece of what the agent says, in Markdown. Pieces in a row are one text.", {
    text: z.string(),
  }),
  defineEvent("thought", "A piece of what the agent thinks. Pieces in a row are one text.", {
    text: z.string(),
  }),
  defineEvent(
    "toolCall",
    "A tool call of the harness. Each event replaces the earlier ones of its `toolCallId`.",
    {
      toolCallId: z.string(),
      title: z.string(),
      kind: z.enum(toolKinds),
      status: z.enum(["pending", "running", "completed", "failed"]),
      input: cutText("The input as JSON.").nullable(),
      output: cutText("What the tool returned or printed.").nullable(),
      exitCode: z
        .int()
        .nullable()
        .describe("Null while the program runs, and where the harness does not report it."),
      diffs: z
        .array(
          z
            .strictObject({
              path: z.string().describe("Absolute, as seen in the sandbox. For display only."),
              oldText: z.string().nullable().describe("Null for a new file."),
              newText: z.string(),
            })
            .readonly(),
        )
        .readonly(),
    },
  ),
  defineEvent("plan", "The agent's list of what it will do. Each list replaces the one before.", {
    entries: z
      .array(
        z
          .strictObject({ content: z.string(), status: z.enum(["pending", "inProgress", "completed"]) })
          .readonly(),
      )
      .readonly(),
  }),
  defineEvent("title", "The harness named the conversation.", { title: z.string() }),
  defineEvent("mode", "The harness changed its mode.", {
    mode: z.string().describe("As the harness names it."),
    isPlanning: z.boolean(),
  }),
  defineEvent(
    "availableCommands",
    "The slash commands that the harness offers. Each list replaces the one before.",
    {
      commands: z
        .array(
          z
            .strictObject({
              name: z.string(),
              description: z.string(),
              inputHint: z.string().nullable().describe("What may follow the name; null for nothing."),
            })
            .readonly(),
        )
        .readonly(),
    },
  ),
  defineEvent(
    "usage",
    "Tokens by the harness's own count. Where the turn also has `turn.metered`, use that one.",
    {
      inputTokens: count.describe("Without `cachedInputTokens`, with those written to a cache."),
      outputTokens: count,
      cachedInputTokens: count.describe("Read from a cache."),
    },
  ),
  defineEvent("harness.ended", "The harness finished its answer to a prompt.", {
    stopReason: z.enum(["endTurn", "cancelled", "maxTokens", "refusal"]),
  }),
  defineEvent("response.given", "The agent sent a message to the person during its work, in Markdown.", {
    text: z.string(),
  }),
  defineEvent("tool.called", "The agent called one of the session's own tools.", {
    tool: z.string(),
    input: cutText("The input as JSON."),
    status: z.enum(["completed", "failed"]),
    output: cutText("The result as JSON, or the error as a sentence."),
  }),
  defineEvent("notice", "Something that the reader should know, such as that updates were dropped.", {
    message: z.string(),
  }),
] as const;
