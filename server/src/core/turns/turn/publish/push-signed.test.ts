import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../../base/index.ts";
import type { Checkout } from "../checkout.ts";
import type { TurnContext } from "../turn-context.ts";
import { pushSigned } from "./push-signed.ts";

const signal = new AbortController().signal;
const [base, head, signedSha] = ["a".repeat(40), "b".repeat(40), "c".repeat(40)];

/** Creates a turn whose git and forge record their calls. */
function setUp(
  change: {
    readonly isWanted?: boolean;
    readonly hasSigner?: boolean;
    readonly remoteHead?: string;
    readonly adopted?: "adopted" | "leftWorkspace" | "different";
    readonly sign?: () => Promise<readonly string[] | null>;
  } = {},
) {
  const asked: string[] = [];
  const notices: string[] = [];
  const signer = {
    signCommits: async (_: unknown, input: { branch: string; commits: readonly unknown[] }) => {
      asked.push(`sign ${input.branch} ${input.commits.length}`);
      return change.sign === undefined ? [signedSha] : change.sign();
    },
  };
  const checkout = {
    repository: { id: "r" },
    use: { directory: "app", branchName: "tembo/fix", targetBranch: "main", repositoryId: "r" },
    signingKey: null,
    forge: {
      signer: change.hasSigner === false ? null : signer,
      findBranch: async () => (change.remoteHead === undefined ? null : { sha: change.remoteHead }),
      remote: async () => ({ url: "https://forge.example/acme/app", credential: null }),
      deleteBranch: async (_: unknown, branch: string) => void asked.push(`delete ${branch}`),
    },
  } as unknown as Checkout;
  const context = {
    organization: { settings: { shouldSignCommits: change.isWanted ?? true } },
    session: { id: "s", number: 1 },
    turn: { id: "0000-turn-12345678" },
    message: { id: "m" },
    lease: {},
    masker: { maskDeep: (value: unknown) => value },
    checkouts: [checkout],
    ports: {
      settings: { dataDir: "/nowhere" },
      workspaces: { ownerOf: () => ({ uid: 1, gid: 1 }) },
      store: {
        sessions: { repositories: async () => [{ repositoryId: "r", baseSha: base }] },
        events: {
          append: async (_s: unknown, _l: unknown, events: { data: { message: string } }[]) =>
            void notices.push(events[0]!.data.message),
        },
      },
      git: {
        commitsBetween: async ({ from }: { from: string | null }) => {
          asked.push(`commits after ${from?.[0]}`);
          return [{ sha: head, treeSha: "t", parentShas: [base], message: "Fix" }];
        },
        push: async ({ branch }: { branch: string }) => void asked.push(`push ${branch}`),
        adopt: async ({ branch, sha }: { branch: string; sha: string }) => {
          asked.push(`adopt ${branch} ${sha[0]}`);
          return { outcome: change.adopted ?? "adopted" };
        },
      },
    },
  } as unknown as TurnContext;
  return { asked, notices, run: () => pushSigned(context, checkout, head, signal) };
}

test("replaces commits with ones that the forge signed, and deletes the temporary branch", async () => {
  const { run, asked } = setUp();
  assert.equal(await run(), signedSha);
  assert.deepEqual(asked, [
    "commits after a",
    "push tembo/fix-unsigned-12345678",
    "sign tembo/fix 1",
    "adopt tembo/fix c",
    "delete tembo/fix-unsigned-12345678",
  ]);
});

test("falls back to an ordinary push when the forge's commit has different files", async () => {
  assert.equal(await setUp({ adopted: "different" }).run(), null);
  assert.equal(await setUp({ adopted: "leftWorkspace" }).run(), signedSha);
});

test("sends no request when signing is disabled or the forge does not support it", async () => {
  for (const change of [{ isWanted: false }, { hasSigner: false }]) {
    const { run, asked } = setUp(change);
    assert.equal(await run(), null);
    assert.deepEqual(asked, []);
  }
});

test("falls back to an ordinary push when the branch has moved", async () => {
  const { run, asked } = setUp({ remoteHead: "d".repeat(40) });
  assert.equal(await run(), null);
  assert.deepEqual(asked, ["commits after d"]);
});

test("pushes unsigned commits with a notice when the forge refuses to sign", async () => {
  const refusal = new AppError("forge_failed", "GitHub could not make a commit.");
  const { run, asked, notices } = setUp({ sign: () => Promise.reject(refusal) });
  assert.equal(await run(), null);
  assert.match(notices[0]!, /The commits in app are pushed without the forge's signature: GitHub could not/);
  assert.equal(asked.at(-1), "delete tembo/fix-unsigned-12345678");
  const silent = setUp({ sign: async () => null });
  assert.equal(await silent.run(), null);
  assert.ok(!silent.asked.some((line) => line.startsWith("adopt")));
});

test("throws when the forge rejects the credential", async () => {
  const revoked = new AppError("forge_unauthorized", "GitHub does not take the token.");
  await assert.rejects(setUp({ sign: () => Promise.reject(revoked) }).run(), { code: "forge_unauthorized" });
});
