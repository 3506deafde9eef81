import { z } from "zod";
import { uuid } from "../common.ts";
import { defineEvent } from "./define-event.ts";

const attachment = z.strictObject({ id: uuid, name: z.string(), mediaType: z.string() }).readonly();

/** Events about the session and the messages that people send to it. */
export const sessionEvents = [
  defineEvent("session.created", "The session was created.", {
    agent: z.string().describe("Harness and model, with a colon between them."),
    repositories: z.array(z.string()).readonly().describe("Their URLs."),
  }),
  defineEvent("session.titled", "The session got another title.", { title: z.string() }),
  defineEvent("session.agentChanged", "Messages from here on go to another harness or model.", {
    agent: z.string(),
  }),
  defineEvent("message.queued", "A message was sent and waits for its turn.", {
    content: z.string(),
    attachments: z.array(attachment).readonly().optional().describe("Absent when the message has none."),
  }),
  defineEvent("message.edited", "A waiting message was changed.", { content: z.string() }),
  defineEvent("message.moved", "A waiting message was moved to another place in the queue.", {
    position: z.int().min(0).describe("Counts from 0 in `order`."),
    order: z.array(uuid).readonly().describe("Ids of all waiting messages, the next one first."),
  }),
  defineEvent("message.deleted", "A waiting message was deleted.", {}),
  defineEvent("message.steered", "A message reached the harness during a running turn.", {
    turnId: uuid,
    how: z
      .enum(["injected", "restarted", "prompted"])
      .describe(
        "`injected`: added to the running prompt. `restarted`: the running prompt was cancelled and sent again with the message. `prompted`: no prompt was running, so the message became the next one.",
      ),
  }),
] as const;
