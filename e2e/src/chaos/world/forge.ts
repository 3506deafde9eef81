import { FakeGitea } from "../../../../server/src/forge/gitea/testing/fake-gitea.ts";
import { giteaRoutes } from "../../../../server/src/forge/gitea/testing/gitea-routes.ts";
import { repositoryGit } from "../../../../server/src/forge/local/repository-git.ts";
import { startRestServer } from "../../../../server/src/forge/testing/rest-server.ts";
import { center } from "./network.ts";
import { startRelay } from "./relay.ts";

/** A forge that all machines reach. Its repository records each value that a branch ever had. */
export interface ChaosForge extends AsyncDisposable {
  readonly connection: { readonly type: string; readonly baseUrl: string; readonly accessToken: string };
  readonly repositoryUrl: string;
  /** Path of the bare repository. */
  readonly gitDir: string;
  pullRequests(): readonly { readonly number: number; readonly head: string }[];
}

export async function startChaosForge(): Promise<ChaosForge> {
  const fake = new FakeGitea();
  const server = await startRestServer(giteaRoutes(fake), (...exchange) => fake.git.serve(...exchange));
  const target = { host: "127.0.0.1", port: Number(new URL(server.url).port) };
  const relay = await startRelay({ host: center, port: 0 }, () => [target]);
  await fake.attach({ ...server, url: `http://${center}:${relay.port}` });
  const gitDir = fake.git.path(fake.owner, fake.gitName);
  await repositoryGit(["--git-dir", gitDir, "config", "core.logAllRefUpdates", "always"]);
  const { token } = fake.addAccount("tembo", "admin");
  return {
    connection: { type: "gitea", baseUrl: fake.url, accessToken: token },
    repositoryUrl: `${fake.url}/${fake.owner}/${fake.name}`,
    gitDir,
    pullRequests: () =>
      fake.items.flatMap(({ number, pull }) => (pull === null ? [] : [{ number, head: pull.head }])),
    [Symbol.asyncDispose]: async () => {
      await relay.stop();
      await fake.close();
    },
  };
}
