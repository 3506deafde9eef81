import type { PermissionOption, RequestPermissionOutcome } from "@agentclientprotocol/sdk/unstable";

/** Allows, and for this once: the sandbox is what protects, and a harness that remembers would hide what it does. */
export function choosePermission(options: readonly PermissionOption[]): RequestPermissionOutcome {
  const option =
    options.find((candidate) => candidate.kind === "allow_once") ??
    options.find((candidate) => candidate.kind === "allow_always");
  return option ? { outcome: "selected", optionId: option.optionId } : { outcome: "cancelled" };
}
