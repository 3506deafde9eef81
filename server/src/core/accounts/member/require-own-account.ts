import { AppError } from "../../base/index.ts";
import type { AccountsPorts, AccountsQueries } from "../ports.ts";
import type { Actor, KeyKind } from "./actor.ts";

export interface AccountActor extends Actor {
  readonly kind: KeyKind;
  /**
   * Time of the last password entry in this sign-in, or null for an API key, or for a sign-in that was created with an
   * API key and in which no password has been entered.
   */
  readonly confirmedAt: Date | null;
}

/** Time for which a password entry permits actions on the whole account. */
const confirmationLifeMs = 10 * 60_000;

/**
 * Requires a credential that may act beyond its organization: a sign-in in which the person entered their password
 * within the last ten minutes. Throws `forbidden` for an API key, or `confirmation_required` for any other sign-in.
 */
export function requireConfirmed({ clock }: Pick<AccountsPorts, "clock">, actor: AccountActor): void {
  const { kind, confirmedAt } = actor;
  if (confirmedAt !== null && clock.now().getTime() - confirmedAt.getTime() < confirmationLifeMs) return;
  if (kind === "key")
    throw new AppError(
      "forbidden",
      "An API key acts only in its own organization. Sign in with your password to do this.",
    );
  throw new AppError(
    "confirmation_required",
    "This action affects your whole account. Enter your password again.",
  );
}

/**
 * Requires a credential that may change data that all of the person's organizations share. For a person with a
 * password, does the same as `requireConfirmed`. A person without a password cannot confirm. Throws `forbidden` if such
 * a person's credential does not belong to the first of their organizations.
 */
export async function requireOwnAccount(
  ports: Pick<AccountsPorts, "clock"> & {
    readonly store: Pick<AccountsQueries, "passwords" | "members">;
  },
  actor: AccountActor,
): Promise<void> {
  if ((await ports.store.passwords.findOf(actor.userId)) !== null) return requireConfirmed(ports, actor);
  const [home] = await ports.store.members.allOfUser(actor.userId);
  if (home?.organizationId === actor.organizationId) return;
  throw new AppError(
    "forbidden",
    "This action affects your whole account. Use an API key of the organization that you joined first, or sign in with a password.",
  );
}
