import type { PushCommand, PushRequest } from "./push-request.ts";

export interface RefRefusal {
  readonly ref: string;
  readonly reason: string;
}

const zeros = /^0+$/;

/** True if the object ID is all zeros, which means that the push creates or deletes the reference. */
export const isNothing = (sha: string) => zeros.test(sha);

/** Returns an empty list if all references may be pushed, or a reason for each reference. `pushBranch` has no `refs/heads/` prefix. */
export function decidePush(push: PushRequest, pushBranch: string): readonly RefRefusal[] {
  const own = Buffer.from(`refs/heads/${pushBranch}`, "utf8").toString("latin1");
  const only = `this session can push only to the branch ${latin1(pushBranch)}`;
  const reasonOf = ({ ref, newSha }: PushCommand, index: number): string | null => {
    if (isNothing(newSha)) return "this session cannot delete branches or tags";
    if (ref.startsWith("refs/tags/"))
      return `this session cannot push tags, only the branch ${latin1(pushBranch)}`;
    if (ref !== own) return only;
    if (push.isSigned) return "signed pushes are not supported: push with --no-signed";
    if (push.capabilities.includes("push-options"))
      return "push options are not supported: push without --push-option";
    if (push.commands.findIndex((other) => other.ref === ref) !== index)
      return "the push contains this reference twice";
    return null;
  };
  const reasons = push.commands.map(reasonOf);
  if (reasons.every((reason) => reason === null)) return [];
  return push.commands.map(({ ref }, index) => ({
    ref,
    reason: reasons[index] ?? "rejected because another reference in this push was rejected: push it alone",
  }));
}

const latin1 = (text: string) => Buffer.from(text, "utf8").toString("latin1");
