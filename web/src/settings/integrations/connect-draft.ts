import type { IntegrationCreateBody } from "@tembo-io/sdk";

export type Forge = IntegrationCreateBody["type"];
export type Way = "accessToken" | "oauth" | "appManifest";

/** What stands in the fields. */
export interface ConnectDraft {
  readonly type: Forge;
  readonly way: Way;
  readonly displayName: string;
  readonly baseUrl: string;
  readonly accessToken: string;
  readonly username: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The forge's organization that owns a new app; empty for the person who makes it. */
  readonly appOrganization: string;
  readonly isPolled: boolean;
}

export const emptyDraft: ConnectDraft = {
  type: "github",
  way: "accessToken",
  displayName: "",
  baseUrl: "",
  accessToken: "",
  username: "",
  clientId: "",
  clientSecret: "",
  appOrganization: "",
  isPolled: false,
};

export const forges: ReadonlySet<string> = new Set<Forge>(["github", "gitlab", "bitbucket", "gitea"]);

export function waysOf(type: Forge): readonly Way[] {
  return type === "github" ? ["accessToken", "appManifest", "oauth"] : ["accessToken", "oauth"];
}

/** What is sent: fields that were left empty, or are of another way, are left out. */
export function bodyOf(draft: ConnectDraft): IntegrationCreateBody {
  const { type, way, displayName, baseUrl, isPolled, username } = draft;
  const own = {
    ...(displayName !== "" && { displayName }),
    ...(baseUrl !== "" && { baseUrl: baseUrl.trim() }),
    ...(isPolled && { events: "polling" as const }),
  };
  const credential = credentialOf(draft);
  if (type === "github") return { type, ...own, ...(way === "appManifest" ? appOf(draft) : credential) };
  if (type === "gitlab") return { type, ...own, ...credential };
  const name = way === "accessToken" && username !== "" && { username: username.trim() };
  return { type, ...own, ...credential, ...name };
}

function appOf({ appOrganization }: ConnectDraft) {
  const owner = appOrganization.trim();
  return { appManifest: true as const, ...(owner !== "" && { appOrganization: owner }) };
}

function credentialOf({ way, accessToken, clientId, clientSecret }: ConnectDraft) {
  if (way === "oauth") return { oauth: { clientId: clientId.trim(), clientSecret: clientSecret.trim() } };
  return { accessToken: accessToken.trim() };
}
