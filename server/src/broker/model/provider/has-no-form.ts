import type { Refusal } from "../refusal.ts";
import type { Asked } from "../upstream.ts";

export function hasNoForm(provider: string, { method, route }: Asked): { readonly refusal: Refusal } {
  const path = route.target.split("?")[0]!.slice(0, 100);
  return {
    refusal: { kind: "unknownPath", message: `${method} ${path} has no equivalent on ${provider}.` },
  };
}
