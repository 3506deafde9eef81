import { createHash } from "node:crypto";
import { hashToken } from "../../core/accounts/index.ts";
import type { ForgeUser, LocalPerson, Person } from "../../core/forges/index.ts";
import type { Actor, LocalContext } from "./context.ts";

const maxTokenLength = 500;
/** User number of Tembo itself. The numbers of all other users start at 1000. */
const accountNumber = 1;
const accountLogin = "tembo";

/**
 * Returns the actor for an API key, or null if the token is not a valid key. The forge has no separate user accounts. Each key is a user,
 * with a number that is never reused and a login derived from the key's name.
 */
export async function actorOfToken(context: LocalContext, token: string | null): Promise<Actor | null> {
  if (token === null || token === "" || token.length > maxTokenLength) return null;
  const key = await context.apiKeys.findByTokenHash("key", hashToken(token));
  const person = key && (await context.records.people.find(key.id));
  return (
    person && {
      user: userOf(context, person),
      organizationId: person.organizationId,
      key: { id: key.id, userId: key.userId },
      isAdmin: key.role === "admin",
    }
  );
}

/** Returns the actor for a dashboard user, or null if the user is not a member of the organization. */
export async function actorOfPerson(
  context: LocalContext,
  { organizationId, userId }: Person,
): Promise<Actor | null> {
  const person = await context.records.people.ofUser(organizationId, userId);
  // The API has already checked the user's permissions.
  return person && { user: userOf(context, person), organizationId, key: null, isAdmin: false };
}

/** Returns the user of Tembo itself. */
export function accountUser({ publicUrl }: Pick<LocalContext, "publicUrl">): ForgeUser {
  return {
    id: String(accountNumber),
    login: accountLogin,
    name: "Tembo",
    email: null,
    avatarUrl: null,
    profileUrl: peopleUrl({ publicUrl }),
    isBot: true,
  };
}

function userOf({ publicUrl }: Pick<LocalContext, "publicUrl">, person: LocalPerson): ForgeUser {
  const login = loginOf(person);
  return {
    id: String(person.number),
    login,
    name: person.name,
    email: null,
    avatarUrl: null,
    profileUrl: peopleUrl({ publicUrl }),
    isBot: false,
  };
}

/** Returns the URL of the list of members, because users have no profile pages. */
export const peopleUrl = ({ publicUrl }: Pick<LocalContext, "publicUrl">) =>
  `${publicUrl()}/settings/members`;

/** Returns the users of the organization's valid API keys, and Tembo itself. All of them can write to the organization's repositories. */
export async function peopleOf(context: LocalContext, organizationId: string): Promise<readonly ForgeUser[]> {
  const people = await context.records.people.list(organizationId);
  return [accountUser(context), ...people.map((person) => userOf(context, person))];
}

/** Returns the author identity for commits that are created on behalf of a user. */
export function identityOf(
  { publicUrl }: Pick<LocalContext, "publicUrl">,
  user: ForgeUser,
): { readonly name: string; readonly email: string } {
  const host = URL.parse(publicUrl())?.hostname ?? "localhost";
  return {
    name: user.name ?? user.login,
    email: user.email ?? `${user.id}+${user.login}@users.noreply.${host}`,
  };
}

/** Returns a number for an owner, which is only a name. The number is above all user numbers. */
export function ownerNumber(owner: string): number {
  return numberOfText(owner.toLowerCase()) + 2 ** 32;
}

/** Derives a positive number from a string. The same text always yields the same number. */
export function numberOfText(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) + 1;
}

function loginOf({ name, number }: LocalPerson): string {
  const slug = (name ?? "")
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 39);
  if (slug === "") return `key-${number}`;
  return slug === accountLogin ? `${slug}-${number}` : slug;
}
