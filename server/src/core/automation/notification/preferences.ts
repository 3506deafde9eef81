import type { AccountsQueries, Actor } from "../../accounts/index.ts";
import { getSelf } from "../../accounts/index.ts";
import type { AutomationPorts } from "../ports.ts";
import type { NotificationPreferences, PartialPreferences } from "./notification.ts";

const attention = { permission: true, question: true, plan: true, failure: true };

/** Email informs of sessions that need the person. A browser also informs of sessions that have ended. */
export const defaultPreferences: NotificationPreferences = {
  email: { ...attention, end: false },
  push: { ...attention, end: true },
  quietHours: null,
};

/** Returns the preferences with the defaults of the parts that are not stored. Pure. */
export function completePreferences(stored: PartialPreferences | null): NotificationPreferences {
  return {
    email: { ...defaultPreferences.email, ...stored?.email },
    push: { ...defaultPreferences.push, ...stored?.push },
    quietHours: stored?.quietHours ?? null,
  };
}

type PreferencePorts = Pick<AutomationPorts, "store" | "clock">;

/** Returns the actor's own preferences. Throws the errors of `getSelf`. */
export async function getPreferences(
  { store }: { readonly store: PreferencePorts["store"] },
  actor: Actor,
  userId: string,
): Promise<NotificationPreferences> {
  const { id } = await getSelf(store, actor, userId);
  return completePreferences(await store.notifications.preferences(id));
}

/** Changes the given parts of the actor's own preferences. Throws the errors of `getSelf`. */
export async function updatePreferences(
  { store, clock }: PreferencePorts,
  actor: Actor,
  userId: string,
  change: PartialPreferences,
): Promise<NotificationPreferences> {
  const { id } = await getSelf(store, actor, userId);
  return store.transaction(async (tx) => {
    await tx.users.lock(id);
    const known = (await tx.notifications.preferences(id)) ?? {};
    const changed: PartialPreferences = {
      email: { ...known.email, ...change.email },
      push: { ...known.push, ...change.push },
      quietHours: change.quietHours === undefined ? (known.quietHours ?? null) : change.quietHours,
    };
    await tx.notifications.savePreferences(id, changed, clock.now());
    return completePreferences(changed);
  });
}

/** Returns why no email can be sent to the actor, and what to change, or null if email works. */
export async function findEmailProblem(
  store: Pick<AccountsQueries, "members"> & Pick<AutomationPorts["store"], "mailServers">,
  { organizationId, userId }: Pick<Actor, "organizationId" | "userId">,
): Promise<string | null> {
  if ((await store.mailServers.find(organizationId)) === null)
    return "The organization has no mail server. An admin can add one under Settings → Mail server.";
  const member = await store.members.ofUser(organizationId, userId);
  return emailProblemOf(member);
}

/** Returns why no email can be sent to a person, or null if the address can be used. Pure. */
export function emailProblemOf(
  person: { readonly email: string | null; readonly isEmailVerified: boolean } | null,
): string | null {
  if (person?.email == null)
    return "Your account has no email address. Enter one under Settings → Your account.";
  return person.isEmailVerified
    ? null
    : "The organization has not confirmed your email address. An admin can confirm it under Settings → Members.";
}
