import { readStored, writeStored } from "../stored.ts";

/** State of an organization's setup steps in this browser: not shown yet, shown until they are done, or no longer shown. */
type SetupState = "unknown" | "open" | "closed";

const key = (organizationId: string) => `setup:${organizationId}`;

export function readSetupState(organizationId: string): SetupState {
  const stored = readStored(key(organizationId));
  return stored === "open" || stored === "closed" ? stored : "unknown";
}

export const writeSetupState = (organizationId: string, state: Exclude<SetupState, "unknown">) =>
  writeStored(key(organizationId), state);
