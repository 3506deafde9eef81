import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { isMachineToken, newId, systemClock, type Vault } from "../../../core/base/index.ts";
import { testOutbound } from "../../../outbound/testing/test-outbound.ts";
import { openVault } from "../../../vault/open-vault.ts";
import { gitSubject } from "../elsewhere/git-subject.ts";
import { createServeCalls } from "../elsewhere/serve-calls.ts";
import { type ShareOptions, shareForge } from "../elsewhere/share-forge.ts";
import { createGitHttp } from "../git-http.ts";
import type { MadeForge } from "./local-forge-fixture.ts";
import { silent } from "./repository-fixture.ts";

/** Serves a forge to other machines. */
export async function serveToMachines(t: TestContext, { local, dataDir }: MadeForge) {
  const vault = await makeVault(t);
  const serve = createServeCalls({ local, vault, clock: systemClock, log: silent });
  const serveGit = createGitHttp({
    dataDir,
    log: silent,
    authorize: async ({ token, ...repository }) =>
      isMachineToken({ vault, clock: systemClock }, token ?? "", gitSubject(repository))
        ? "ok"
        : "unauthenticated",
  });
  const server = createServer((request, response) => {
    void (request.url?.startsWith("/git/") ? serveGit : serve)(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const owner = { machineId: newId(), url };
  return {
    vault,
    url,
    owner,
    /** Returns the forge as another machine sees it. */
    elsewhere: (
      change: Partial<
        Pick<ShareOptions, "vault" | "clock" | "machineId" | "findOwner" | "problemOfOwning">
      > = {},
    ) =>
      shareForge(local, {
        machineId: newId(),
        findOwner: async () => owner,
        problemOfOwning: async () => null,
        fetch: testOutbound().fetch,
        vault,
        clock: systemClock,
        ...change,
      }),
  };
}

/** Creates a vault with a master key of its own. */
export async function makeVault(t: TestContext): Promise<Vault> {
  const folder = mkdtempSync(join(tmpdir(), "tembo-forge-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const { vault } = await openVault({ file: join(folder, "master.key"), usedKeyIds: async () => [] });
  return vault;
}
