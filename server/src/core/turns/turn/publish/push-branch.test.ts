import assert from "node:assert/strict";
import { test } from "node:test";
import { createMasker } from "../../../base/index.ts";
import type { Checkout } from "../checkout.ts";
import { TurnInterrupt } from "../interrupt.ts";
import type { TurnContext } from "../turn-context.ts";
import { pushBranch } from "./push-branch.ts";

/** Interrupts a push that the forge has accepted, before it responds. Returns the recorded events. */
async function interruptPush(kind: TurnInterrupt["kind"]) {
  const turn = new AbortController();
  const recorded: { type: string; sha: string }[] = [];
  const context = {
    session: { id: "s", number: 1 },
    turn: { id: "turn-12345678" },
    message: { id: "m" },
    lease: { attempt: 1 },
    organization: { settings: {} },
    masker: createMasker([]),
    ports: {
      settings: { dataDir: "/nowhere" },
      workspaces: { ownerOf: () => ({}) },
      git: {
        push: async (_push: object, signal: AbortSignal) => {
          turn.abort(new TurnInterrupt(kind));
          await new Promise((resolve) => setTimeout(resolve, 20));
          signal.throwIfAborted();
          return { outcome: "pushed", sha: "abc" };
        },
      },
      store: {
        events: {
          append: async (_id: string, _lease: object, events: { data: { type: string; sha: string } }[]) =>
            void recorded.push(...events.map(({ data }) => data)),
        },
      },
    },
  } as unknown as TurnContext;
  const checkout = {
    repository: { id: "r" },
    use: { branchName: "work", directory: "app" },
    forge: { signer: null, remote: async () => ({}) },
    signingKey: null,
  } as unknown as Checkout;
  const { outcome } = await pushBranch(context, checkout, "abc", turn.signal).catch((cause: unknown) => ({
    outcome: cause,
  }));
  return { outcome, recorded: recorded.map(({ type, sha }) => `${type} ${sha}`) };
}

test("records a push that the forge accepted before a stop or the time limit", async () => {
  for (const kind of ["stopped", "limit"] as const)
    assert.deepEqual(await interruptPush(kind), { outcome: "pushed", recorded: ["branch.pushed abc"] });
});

test("ends a push at once if another worker continues the turn", async () => {
  for (const kind of ["handedBack", "takenOver"] as const) {
    const { outcome, recorded } = await interruptPush(kind);
    assert.ok(outcome instanceof TurnInterrupt);
    assert.deepEqual(recorded, []);
  }
});
