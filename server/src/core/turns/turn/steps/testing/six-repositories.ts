import { createMasker, ignoreSpans, type Trace } from "../../../../base/index.ts";
import type { Checkout } from "../../checkout.ts";
import type { TurnContext } from "../../turn-context.ts";

/** IDs of the repositories, which are also their folders. */
export const repositoryIds: readonly string[] = ["r1", "r2", "r3", "r4", "r5", "r6"];

export interface SixRepositories {
  readonly forge?: object;
  readonly git: object;
  readonly store: object;
  readonly trace?: Trace;
}

/** Returns the context of a turn on six repositories, with the parts of the ports that the test needs. */
export function sixRepositories({ forge, git, store, trace = ignoreSpans }: SixRepositories): TurnContext {
  const checkouts = repositoryIds.map(
    (id) =>
      ({
        repository: { id, forge: "local", owner: "acme", name: id },
        use: { branchName: `work-${id}`, directory: id, targetBranch: "main" },
        forge: { signer: null, ...forge },
        signingKey: null,
      }) as unknown as Checkout,
  );
  return {
    session: { id: "s", number: 1 },
    turn: { id: "turn" },
    message: { id: "m", author: null },
    lease: { attempt: 1 },
    span: { traceId: "trace", spanId: "step" },
    organization: { settings: {} },
    masker: createMasker([]),
    checkouts,
    ports: {
      settings: { dataDir: "/nowhere", publicUrl: "http://tembo.example", savesWorkspaces: false },
      clock: { now: () => new Date(0) },
      workspaces: { ownerOf: () => ({}) },
      git,
      store,
      trace,
    },
  } as unknown as TurnContext;
}
