import { z } from "zod";
import { AppError, withReason } from "../../../core/base/index.ts";
import type { ForgeEvent, WebhookRequest } from "../../../core/forges/index.ts";
import { identifyWebhook } from "./identify-webhook.ts";
import { readIssueHook } from "./issue-hook.ts";
import { readJobHook } from "./job-hook.ts";
import { readMergeRequestHook } from "./merge-request-hook.ts";
import { readNoteHook } from "./note-hook.ts";
import { readPipelineHook } from "./pipeline-hook.ts";
import { readPushHook, readTagPushHook } from "./push-hook.ts";
import { readReleaseHook } from "./release-hook.ts";

type Read = (body: unknown) => readonly ForgeEvent[];

/** Readers by event header, with the `object_kind` that the body must have. Confidential webhooks and system hooks are ignored. */
const readers: Readonly<Record<string, { readonly kind: string; readonly read: Read }>> = {
  "Merge Request Hook": { kind: "merge_request", read: readMergeRequestHook },
  "Note Hook": { kind: "note", read: readNoteHook },
  "Issue Hook": { kind: "issue", read: readIssueHook },
  "Push Hook": { kind: "push", read: readPushHook },
  "Tag Push Hook": { kind: "tag_push", read: readTagPushHook },
  "Pipeline Hook": { kind: "pipeline", read: readPipelineHook },
  "Job Hook": { kind: "build", read: readJobHook },
  // GitLab sent this event until about version 11. Some proxies still have recordings of it.
  "Build Hook": { kind: "build", read: readJobHook },
  "Release Hook": { kind: "release", read: readReleaseHook },
};

/** Returns the events in a GitLab webhook. Throws `invalid_input` if the body does not match the event header. */
export function readWebhook(request: WebhookRequest): readonly ForgeEvent[] {
  const { eventName } = identifyWebhook(request);
  const reader = Object.hasOwn(readers, eventName) ? readers[eventName] : undefined;
  if (reader === undefined) return [];
  const body = parse(request.body);
  const kind = z.object({ object_kind: z.string() }).safeParse(body).data?.object_kind;
  if (kind !== reader.kind) {
    throw new AppError(
      "invalid_input",
      `The body of a "${eventName}" event must have the object_kind "${reader.kind}".`,
    );
  }
  try {
    return reader.read(body);
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    const [issue] = cause.issues;
    throw new AppError(
      "invalid_input",
      withReason(
        `The body does not match GitLab's format for "${eventName}"`,
        `${issue?.path.join(".") || "body"}: ${issue?.message}`,
      ),
      { cause },
    );
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new AppError("invalid_input", withReason("The body is not JSON", cause), { cause });
  }
}
