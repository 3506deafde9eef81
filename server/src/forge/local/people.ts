import { createHash } from "node:crypto";
import { hashToken } from "../../core/accounts/index.ts";
import type { ForgeUser, LocalPerson, Person } from "../../core/forges/index.ts";
import type { Actor, LocalContext } from "./context.ts";

const maxTokenLength = 500;
/** Number of Tembo itself. People start at 1000. */
const accountNumber = 1;
const accountLogin = "tembo";

/**
 * Returns the actor of an API key, or null if the token is not a valid key. The forge has no separate users. Each key
 * is a user with a number that is never reused and a login derived from the key's name.
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

/** Returns the actor of a person in the dashboard, or null if the person is not a member. */
export async function actorOfPerson(
  context: LocalContext,
  { organizationId, userId }: Person,
): Promise<Actor | null> {
  const person = await context.records.people.ofUser(organizationId, userId);
  // The API has already checked the person's permissions.
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

/** People have no profile pages, so this links to the list of members. */
export const peopleUrl = ({ publicUrl }: Pick<LocalContext, "publicUrl">) =>
  `${publicUrl()}/settings/members`;

/** Returns everyone with write access to the organization's repositories. */
export async function peopleOf(context: LocalContext, organizationId: string): Promise<readonly ForgeUser[]> {
  const people = await context.records.people.list(organizationId);
  return [accountUser(context), ...people.map((person) => userOf(context, person))];
}

/** Returns the author of commits that are created on behalf of a user. */
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

/** Owners are only names. Their numbers are above the range of people's numbers. */
export function ownerNumber(owner: string): number {
  return numberOfText(owner.toLowerCase()) + 2 ** 32;
}

/** Derives a positive number from a text, always the same. */
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
