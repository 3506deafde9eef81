import { AppError } from "../../../base/index.ts";
import type { TurnContext } from "../../turn/turn-context.ts";
import type { RunTool } from "../tool-call.ts";

const MAX_VALUE_BYTES = 64 * 1024;
const MAX_STATE_BYTES = 512 * 1024;
const MAX_KEYS = 200;

export const getAgentState: RunTool<"getAgentState"> = async ({ context }, { key }) => {
  const state = await context.ports.store.sessionChains.readState(await rootOf(context));
  if (key !== undefined) return { key, value: state.get(key) ?? null };
  return { state: Object.fromEntries(state) };
};

export const setAgentState: RunTool<"setAgentState"> = async ({ context }, { key, value }) => {
  const { store, clock } = context.ports;
  const json = JSON.stringify(value ?? null);
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_VALUE_BYTES)
    throw new AppError(
      "invalid_input",
      `The value has ${bytes} bytes, and the limit is ${MAX_VALUE_BYTES}. Store a smaller value.`,
    );
  const rootId = await rootOf(context);
  await store.transaction(async (tx) => {
    // The lock serializes writers, because the limits apply to all keys together.
    await tx.sessions.lock(context.session.organizationId, rootId);
    if (value === null || value === undefined) return tx.sessionChains.forgetState(rootId, key);
    const others = [...(await tx.sessionChains.readState(rootId))].filter(([other]) => other !== key);
    const kept = others.reduce((sum, [name, one]) => sum + name.length + JSON.stringify(one).length, 0);
    if (others.length >= MAX_KEYS || kept + bytes > MAX_STATE_BYTES)
      throw new AppError(
        "limit_reached",
        `The state can hold at most ${MAX_KEYS} keys and ${MAX_STATE_BYTES} bytes. To delete a key, set its value to null.`,
      );
    await tx.sessionChains.setState(rootId, key, value, clock.now());
  });
  return { key, message: value === null || value === undefined ? "Deleted." : "Stored." };
};

/** Returns the ID of the chain's first session, which no other session started. */
async function rootOf({ ports, session }: Pick<TurnContext, "ports" | "session">): Promise<string> {
  return (await ports.store.sessionChains.findChild(session.id))?.rootId ?? session.id;
}
