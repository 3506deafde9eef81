import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { checkState, pipelineOf } from "../reading.ts";
import { commitStatus } from "../shapes.ts";
import type { WebhookEnvelope } from "./envelope.ts";

const ref = z.object({
  type: z.string(),
  name: z.string().min(1),
  target: z.object({ hash: z.string().min(1) }).nullish(),
});

const pushed = z.object({
  push: z.object({
    changes: z.array(z.object({ new: ref.nullish(), old: ref.nullish(), forced: z.boolean().nullish() })),
  }),
});

/** Parses a push, which can move any number of refs. */
export function readPush(body: unknown, about: WebhookEnvelope): readonly ForgeEvent[] {
  return pushed.parse(body).push.changes.flatMap(({ new: now, old, forced }): ForgeEvent[] => {
    const one = now ?? old;
    if (!one) return [];
    const refType = one.type === "tag" ? "tag" : "branch";
    if (!now) return [{ ...about, type: "ref.deleted", refType, ref: one.name }];
    const events: ForgeEvent[] = old ? [] : [{ ...about, type: "ref.created", refType, ref: now.name }];
    if (refType === "branch" && now.target) {
      const { hash: sha } = now.target;
      events.push({
        ...about,
        type: "branch.pushed",
        branch: now.name,
        sha,
        isForced: forced === true && Boolean(old),
      });
    }
    return events;
  });
}

const statusBody = z.object({ commit_status: commitStatus });

export function readStatus(body: unknown, about: WebhookEnvelope): readonly ForgeEvent[] {
  const { commit_status: status } = statusBody.parse(body);
  const conclusion = checkState(status.state);
  const sha = status.commit?.hash ?? /\/commit\/([0-9a-f]+)$/.exec(status.links?.commit?.href ?? "")?.[1];
  if (conclusion === "pending" || sha === undefined) return [];
  return [
    {
      ...about,
      at: status.updated_on ?? status.created_on ?? about.at,
      type: "check.completed",
      sha,
      branch: status.refname || null,
      name: status.name || status.key,
      kind: pipelineOf(status.url ?? "") === null ? "check" : "pipeline",
      conclusion,
      url: status.url || null,
    },
  ];
}

const updated = z.object({ changes: z.record(z.string(), z.unknown()).nullish() });

/** Parses an update of the repository. The repository's URL contains the new name. */
export function readUpdate(body: unknown, about: WebhookEnvelope): readonly ForgeEvent[] {
  const changes = updated.parse(body).changes ?? {};
  const isRenamed = "name" in changes || "full_name" in changes;
  return [{ ...about, type: isRenamed ? "repository.renamed" : "repository.changed" }];
}
