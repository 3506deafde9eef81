import type { Integration, IntegrationCreateBody } from "@tembo/contract";
import type Tembo from "@tembo-io/sdk";
import type { FakeUser } from "../../../server/src/forge/gitlab/testing/fake-records.ts";
import { FakeGitlabServer } from "../../../server/src/forge/gitlab/testing/fake-server.ts";

export interface ConnectedGitlab {
  readonly integration: Integration;
  /** The account that the integration uses, which is a group's service account. */
  readonly account: FakeUser;
}

export const startGitlab = (): Promise<FakeGitlabServer> => new FakeGitlabServer().start();

/** Creates an account on the GitLab server, and an integration that uses this account's token. */
export async function connectGitlab(
  client: Tembo,
  gitlab: FakeGitlabServer,
  settings: Pick<IntegrationCreateBody, "events"> = {},
): Promise<ConnectedGitlab> {
  const account = gitlab.addUser(`group_7_bot_${gitlab.nextId()}`, true);
  const accessToken = gitlab.addToken(account);
  const body = { type: "gitlab", baseUrl: gitlab.url, accessToken, ...settings } as const;
  const { integration } = await client.integrations.create(body);
  return { integration, account };
}
