import { createHash } from "node:crypto";
import { hashToken } from "../../core/accounts/index.ts";
import type { ForgeUser, LocalPerson, Person } from "../../core/forges/index.ts";
import type { Actor, LocalContext } from "./context.ts";

const maxTokenLength = 500;
/** Of the product itself; people begin at 1000. */
const accountNumber = 1;
const accountLogin = "tembo";

/**
 * The forge has no users of its own: the people of an organization are its API keys, each with a number that is never reused and the
 * key's name as login. Null for a token that no good key has.
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

/** A person as themselves, whatever they are signed in with. Null for who is no member. */
export async function actorOfPerson(
  context: LocalContext,
  { organizationId, userId }: Person,
): Promise<Actor | null> {
  const person = await context.records.people.ofUser(organizationId, userId);
  // The API has checked already what the person may do.
  return person && { user: userOf(context, person), organizationId, key: null, isAdmin: false };
}

/** The product itself. */
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

/** People have no pages of their own: the dashboard lists them. */
export const peopleUrl = ({ publicUrl }: Pick<LocalContext, "publicUrl">) =>
  `${publicUrl()}/settings/members`;

/** Everyone who may write to the organization's repositories. */
export async function peopleOf(context: LocalContext, organizationId: string): Promise<readonly ForgeUser[]> {
  const people = await context.records.people.list(organizationId);
  return [accountUser(context), ...people.map((person) => userOf(context, person))];
}

/** The author of commits that are made for somebody. */
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

/** Owners are names only: their numbers lie beyond those of people. */
export function ownerNumber(owner: string): number {
  return numberOfText(owner.toLowerCase()) + 2 ** 32;
}

/** A positive number for a name, the same each time. */
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
