import { wholeHistory } from "@tembo/contract/limits";

/** Returns the depth that the organization set, or null for the whole history, which is the default. */
export function decideDepth(cloneDepth: unknown): number | null {
  const isDepth = typeof cloneDepth === "number" && Number.isInteger(cloneDepth) && cloneDepth > 0;
  return isDepth && cloneDepth < wholeHistory ? cloneDepth : null;
}
