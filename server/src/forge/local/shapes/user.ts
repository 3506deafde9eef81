import type { ForgeUser } from "../../../core/forges/index.ts";
import type { LocalContext } from "../context.ts";
import { ownerNumber, peopleUrl } from "../people.ts";

/** Returns the URL of a web page. For the URL of an API resource, use `apiUrl`. */
export const webUrl = ({ publicUrl }: Pick<LocalContext, "publicUrl">, path: string) =>
  `${publicUrl()}/${path}`;
export const apiUrl = ({ publicUrl }: Pick<LocalContext, "publicUrl">, path: string) =>
  `${publicUrl()}/api/github/v3/${path}`;

/** Returns a user in the format of GitHub's "simple user". */
export function userShape(context: Pick<LocalContext, "publicUrl">, user: ForgeUser) {
  return shape(context, {
    login: user.login,
    id: Number(user.id),
    name: user.name,
    email: user.email,
    type: user.isBot ? "Bot" : "User",
  });
}

/** Returns an owner as a user. Owners exist only as the first part of repository names. */
export function ownerShape(context: Pick<LocalContext, "publicUrl">, owner: string) {
  return shape(context, {
    login: owner,
    id: ownerNumber(owner),
    name: null,
    email: null,
    type: "Organization",
  });
}

function shape(
  context: Pick<LocalContext, "publicUrl">,
  user: { login: string; id: number; name: string | null; email: string | null; type: string },
) {
  const api = apiUrl(context, `users/${user.login}`);
  const { name, ...rest } = user;
  return {
    ...rest,
    // GitHub's webhooks omit the name if there is none.
    ...(name !== null && { name }),
    node_id: `U_${user.id}`,
    avatar_url: webUrl(context, "icon.svg"),
    gravatar_id: "",
    url: api,
    html_url: user.type === "Organization" ? webUrl(context, "repositories") : peopleUrl(context),
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    site_admin: false,
  };
}
