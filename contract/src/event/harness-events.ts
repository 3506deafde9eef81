import { z } from "zod";
import { permissionKinds } from "../permission/permission-kinds.ts";
import { cutText, defineEvent } from "./define-event.ts";

const toolKinds = permissionKinds.filter((kind) => kind !== "leavePlan");
const count = z.int().min(0);

/** Events about the output and the tool calls of the harness. */
export const harnessEvents = [
  defineEvent("text", "A part of the agent's answer, in Markdown. Consecutive parts form one text.", {
    text: z.string(),
  }),
  defineEvent("thought", "A part of the agent's reasoning. Consecutive parts form one text.", {
    text: z.string(),
  }),
  defineEvent(
    "toolCall",
    "A tool call of the harness. Each event replaces earlier events with the same `toolCallId`.",
    {
      toolCallId: z.string(),
      title: z.string(),
      kind: z.enum(toolKinds),
      status: z.enum(["pending", "running", "completed", "failed"]),
      input: cutText("The input as JSON.").nullable(),
      output: cutText("The tool's result or output.").nullable(),
      exitCode: z
        .int()
        .nullable()
        .describe("Null while the program runs, and if the harness does not report it."),
      diffs: z
        .array(
          z
            .strictObject({
              path: z.string().describe("Absolute path in the sandbox. For display only."),
              oldText: z.string().nullable().describe("Null for a new file."),
              newText: z.string(),
            })
            .readonly(),
        )
        .readonly(),
    },
  ),
  defineEvent("plan", "The agent's task list. Each list replaces the previous one.", {
    entries: z
      .array(
        z
          .strictObject({ content: z.string(), status: z.enum(["pending", "inProgress", "completed"]) })
          .readonly(),
      )
      .readonly(),
  }),
  defineEvent("title", "The harness gave the conversation a title.", { title: z.string() }),
  defineEvent("mode", "The harness changed its mode.", {
    mode: z.string().describe("The harness's name for the mode."),
    isPlanning: z.boolean(),
  }),
  defineEvent(
    "availableCommands",
    "The slash commands that the harness offers. Each list replaces the previous one.",
    {
      commands: z
        .array(
          z
            .strictObject({
              name: z.string(),
              description: z.string(),
              inputHint: z
                .string()
                .nullable()
                .describe("Hint for the text after the name. Null if there is none."),
            })
            .readonly(),
        )
        .readonly(),
    },
  ),
  defineEvent(
    "usage",
    "Token counts that the harness reports. If the turn also has `turn.metered`, use that event instead.",
    {
      inputTokens: count.describe("Excludes `cachedInputTokens`. Includes tokens written to a cache."),
      outputTokens: count,
      cachedInputTokens: count.describe("Tokens read from a cache."),
    },
  ),
  defineEvent("harness.ended", "The harness finished its answer to a prompt.", {
    stopReason: z.enum(["endTurn", "cancelled", "maxTokens", "refusal"]),
  }),
  defineEvent(
    "response.given",
    "The agent sent a message to the person while working. The message is Markdown.",
    {
      text: z.string(),
    },
  ),
  defineEvent("tool.called", "The agent called a session tool.", {
    tool: z.string(),
    input: cutText("The input as JSON."),
    status: z.enum(["completed", "failed"]),
    output: cutText("The result as JSON, or the error message."),
  }),
  defineEvent("notice", "A notice for the reader, for example about dropped updates.", {
    message: z.string(),
    activity: z
      .enum(["install"])
      .optional()
      .describe("The activity whose progress the notice reports. Later notices of the activity replace it."),
  }),
] as const;
