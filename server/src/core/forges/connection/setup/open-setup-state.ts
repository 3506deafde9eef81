import { createHash, randomBytes } from "node:crypto";
import { AppError } from "../../../base/index.ts";
import type { Integration } from "../../integration/integration.ts";
import type { SetupState } from "../../integration/setup-state.ts";
import type { ForgesPorts } from "../../ports.ts";

const lifetimeMs = 10 * 60_000;

/**
 * Stores a state for a forge's callback, and returns the value to send to the forge. The state expires after ten
 * minutes.
 */
export async function openSetupState(
  ports: Pick<ForgesPorts, "store" | "clock">,
  integration: Pick<Integration, "id">,
  opened: Pick<SetupState, "purpose" | "returnUrl" | "beginner">,
): Promise<string> {
  const state = randomBytes(32).toString("base64url");
  const now = ports.clock.now();
  await ports.store.integrationSetup.insertState(
    {
      hash: hashState(state),
      integrationId: integration.id,
      ...opened,
      expiresAt: new Date(now.getTime() + lifetimeMs),
    },
    now,
  );
  return state;
}

/** Consumes a valid state. Throws `invalid_input` if the state is unknown, used or expired. */
export async function takeSetupState(
  ports: Pick<ForgesPorts, "store" | "clock">,
  state: string,
): Promise<SetupState> {
  const taken = await ports.store.integrationSetup.takeState(hashState(state), ports.clock.now());
  if (taken === null) throw spentState();
  return taken;
}

/** Returns a valid state without consuming it. Throws the errors of `takeSetupState`. */
export async function getSetupState(
  ports: Pick<ForgesPorts, "store" | "clock">,
  state: string,
): Promise<SetupState> {
  const found = await ports.store.integrationSetup.findState(hashState(state), ports.clock.now());
  if (found === null) throw spentState();
  return found;
}

function spentState(): AppError {
  return new AppError(
    "invalid_input",
    "This link is invalid, already used or more than ten minutes old. Authorize the integration again.",
  );
}

const hashState = (state: string) => createHash("sha256").update(state).digest();
