import { z } from "zod";
import { uuid } from "../common.ts";
import { defineEvent } from "./define-event.ts";

const attachment = z.strictObject({ id: uuid, name: z.string(), mediaType: z.string() }).readonly();

/** Events about the session and the messages that people send to it. */
export const sessionEvents = [
  defineEvent("session.created", "The session was created.", {
    agent: z.string().describe("Harness and model, separated by a colon."),
    repositories: z.array(z.string()).readonly().describe("URLs of the session's repositories."),
  }),
  defineEvent("session.titled", "The session's title changed.", { title: z.string() }),
  defineEvent("session.agentChanged", "Later messages use another harness or model.", {
    agent: z.string(),
  }),
  defineEvent("session.archived", "The session was archived.", {}),
  defineEvent("session.unarchived", "The session was unarchived.", {}),
  defineEvent("message.queued", "A message was sent and queued.", {
    content: z.string(),
    attachments: z.array(attachment).readonly().optional().describe("Absent if the message has none."),
  }),
  defineEvent("message.edited", "A queued message was changed.", { content: z.string() }),
  defineEvent("message.moved", "A queued message was moved to another position in the queue.", {
    position: z.int().min(0).describe("Zero-based position in `order`."),
    order: z.array(uuid).readonly().describe("IDs of all queued messages, the next message first."),
  }),
  defineEvent("message.deleted", "A queued message was deleted.", {}),
  defineEvent("message.steered", "A message reached the harness during a running turn.", {
    turnId: uuid,
    how: z
      .enum(["injected", "restarted", "prompted"])
      .describe(
        "`injected`: added to the running prompt. `restarted`: the running prompt was cancelled and sent again with the message. `prompted`: no prompt was running, so the message became the next one.",
      ),
  }),
] as const;
