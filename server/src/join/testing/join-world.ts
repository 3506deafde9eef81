import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { createJoinToken, type JoinToken } from "../../core/accounts/index.ts";
import type { Store } from "../../core/ports.ts";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { openVault } from "../../vault/open-vault.ts";
import type { JoinAnswer } from "../join-answer.ts";
import { joinKeysOf, newJoinToken, storedPartsOf } from "../join-keys.ts";
import { requestJoin } from "../request-join.ts";
import { createServeJoin } from "../serve-join.ts";

export const version = "1.0.0 (0001-first)";
export const theAnswer: JoinAnswer = {
  variables: { DATABASE_URL: "postgresql://tembo@db.example/tembo" },
  masterKey: "tembo-master-key-1:secret\n",
};

/** Serves machines that join, with tokens in memory. */
export async function startJoinWorld(t: TestContext) {
  const tokens = new Map<string, JoinToken>();
  const events: string[] = [];
  const tx = {
    joinTokens: {
      insert: async (token: JoinToken) => void tokens.set(token.id, token),
      lock: async (id: string) => tokens.get(id) ?? null,
      setUsed: async (id: string, usedBy: string, usedAt: Date) =>
        void tokens.set(id, { ...tokens.get(id)!, usedBy, usedAt }),
    },
    organizations: { findFirst: async () => ({ id: "o1" }) },
    audit: { record: async ({ action }: { action: string }) => void events.push(action) },
  };
  const store = { transaction: (work: (given: typeof tx) => unknown) => work(tx) } as unknown as Store;
  const folder = mkdtempSync(join(tmpdir(), "tembo-join-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const { vault } = await openVault({ file: join(folder, "master.key"), usedKeyIds: async () => [] });
  let now = new Date("2026-01-02T03:04:05.678Z");
  const clock = { now: () => now };
  let answer: JoinAnswer | string = theAnswer;
  const log = { info() {}, warn() {}, error() {} };
  const serve = createServeJoin({ store, vault, clock, log, version, answer: () => answer });
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    const end = response.end.bind(response);
    response.end = ((body: string | Buffer) => {
      bodies.push(Buffer.from(body));
      return end(body);
    }) as typeof response.end;
    void serve(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  const outbound = testOutbound();
  return {
    ...{ url, tokens, events, bodies },
    createToken: async () => {
      const token = newJoinToken();
      await createJoinToken({ store, vault, clock }, storedPartsOf(joinKeysOf(token)), 15 * 60_000);
      return token;
    },
    join: (token: string, change: { readonly url?: string; readonly version?: string } = {}) =>
      requestJoin({ url, token, version, privateHosts: [], ...change }, outbound),
    setNow: (at: Date) => {
      now = at;
    },
    setAnswer: (given: JoinAnswer | string) => {
      answer = given;
    },
  };
}
