import { AppError } from "../../base/index.ts";
import type { AccountsPorts } from "../ports.ts";
import type { Actor, KeyKind } from "./actor.ts";

/** An actor, with what they came in with. */
export interface AccountActor extends Actor {
  readonly kind: KeyKind;
  /** When they last entered their password in this sign-in; null with a key. */
  readonly confirmedAt: Date | null;
}

/** How long an entered password counts for what is about the whole account. */
const confirmationLifeMs = 10 * 60_000;

/**
 * Lets a person act beyond the organization of their credential: in a sign-in of theirs in which they entered their password within the last
 * ten minutes. Throws `forbidden` for an API key, and `confirmation_required`.
 */
export function requireConfirmed({ clock }: Pick<AccountsPorts, "clock">, actor: AccountActor): void {
  const { kind, confirmedAt } = actor;
  if (confirmedAt !== null && clock.now().getTime() - confirmedAt.getTime() < confirmationLifeMs) return;
  if (kind === "key")
    throw new AppError(
      "forbidden",
      "An API key acts in its own organization only; sign in with your password to do this.",
    );
  throw new AppError("confirmation_required", "This is about your whole account; enter your password again.");
}

/**
 * Lets a person change what all their organizations share. Without a password there is nothing to confirm with: then a credential of the
 * organization that they joined first stands for them. Throws `forbidden` and `confirmation_required`.
 */
export async function requireOwnAccount(
  ports: Pick<AccountsPorts, "store" | "clock">,
  actor: AccountActor,
): Promise<void> {
  if ((await ports.store.passwords.findOf(actor.userId)) !== null) return requireConfirmed(ports, actor);
  const [home] = await ports.store.members.allOfUser(actor.userId);
  if (home?.organizationId === actor.organizationId) return;
  throw new AppError(
    "forbidden",
    "This is about your whole account; use an API key of the organization that you joined first, or sign in with a password.",
  );
}
