import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type Tembo from "@tembo-io/sdk";
import type { World } from "./world.ts";

/** Requests a preparation and waits until the worker has prepared the work. Returns its ID. */
export async function prepareSession(
  world: Pick<World, "client" | "tembo">,
  options: Parameters<Tembo["session"]["prepare"]>[0],
): Promise<string> {
  const { id, expiresAt } = await world.client.session.prepare(options);
  assert.ok(id !== null && expiresAt !== null, "the server prepares work");
  await untilLogged(world, id, preparedText);
  return id;
}

/** Waits until the server's log has a line with both texts. */
export async function untilLogged(world: Pick<World, "tembo">, id: string, text: string): Promise<void> {
  const isLogged = () =>
    world.tembo
      .log()
      .split("\n")
      .some((line) => line.includes(id) && line.includes(text));
  await eventually(isLogged, `the log has ${JSON.stringify(text)}`);
}

/** Log text for a preparation whose work is complete. No other message contains it. */
export const preparedText = '"msg":"work is prepared"';

export const outcomeText = (outcome: "used" | "discarded" | "failed") => `"outcome":"${outcome}"`;

export async function eventually(isTrue: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await isTrue()) return;
    await sleep(100);
  }
  assert.fail(`Timed out waiting until ${what}.`);
}
