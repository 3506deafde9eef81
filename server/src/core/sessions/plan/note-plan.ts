import { newId } from "../../base/index.ts";
import { shorten } from "../session/title.ts";
import type { TurnRecord } from "../turn-record/turn-record.ts";
import { MAX_PLAN_LENGTH } from "./plan.ts";

/**
 * Masks the turn's plan, truncates it to `MAX_PLAN_LENGTH` and saves it. If the harness requested permission to
 * implement the earlier plan, replaces that plan only with another plan for which the harness requested permission.
 * Does not replace a plan that is already decided. Throws `fenced` if the attempt no longer holds the turn.
 */
export async function notePlan(
  { ports, lease, masker, session }: TurnRecord,
  { text, isAskedFor }: { readonly text: string; readonly isAskedFor: boolean },
): Promise<void> {
  const now = ports.clock.now();
  const content = masker.mask(text).slice(0, MAX_PLAN_LENGTH);
  await ports.store.plans.save(lease, {
    artifact: {
      id: newId(now.getTime()),
      sessionId: session.id,
      turnId: lease.turnId,
      type: "Plan",
      title: titleOf(content),
      outputType: "markdown",
      content,
      description: null,
      fileName: null,
      category: null,
      relatedPullRequestUrls: [],
      assetId: null,
      path: null,
      contentType: null,
      sizeBytes: Buffer.byteLength(content),
      createdAt: now,
      updatedAt: now,
    },
    isAskedFor,
    decision: { state: "proposed" },
  });
}

/**
 * Returns the first line that contains a word character, without leading Markdown syntax and truncated to 80
 * characters, or "Plan" if there is no such line.
 */
export function titleOf(content: string): string {
  const line = content.split("\n").find((one) => /\w/.test(one)) ?? "";
  const words = line.replace(/^[\s#>*-]*(?:\[.\])?\s*/, "").trim();
  return words === "" ? "Plan" : shorten(words);
}
