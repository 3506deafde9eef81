import { operations } from "@tembo/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  changePassword,
  confirmSignIn,
  inviteByLink,
  requireOwnAccount,
} from "../../../core/accounts/index.ts";
import { refuse } from "../../admission/admit.ts";
import { clearSignInCookie } from "../../admission/sign-in-cookie.ts";
import { route } from "../../route.ts";
import { roleOf } from "../member/member-view.ts";
import type { SignInOptions } from "./open-sign-in.ts";
import { signInView } from "./sign-in-view.ts";

/**
 * Registers the routes that list and revoke a user's own sign-ins, confirm or change the password, and create invitation
 * links for other users.
 */
export function signInRoutes(app: FastifyInstance, options: SignInOptions): void {
  const { ports, hasher, attempts, isSecure } = options;
  const { signIns } = ports.store;

  route(app, operations.signInList, async ({ caller }) => {
    const all = await signIns.list(caller.userId);
    // A user who has confirmed the password sees all of their sign-ins. Any other credential is limited to one organization.
    const shown =
      caller.confirmedAt === null
        ? all.filter(({ organizationId }) => organizationId === caller.organizationId)
        : all;
    return { items: shown.map((signIn) => signInView(signIn, caller)) };
  });

  route(app, operations.signInConfirm, async ({ caller, body, raw }, reply) => {
    const confirmedAt = await counted(raw, reply, () => confirmSignIn(ports, hasher, caller, body.password));
    return { confirmedAt: confirmedAt.toISOString() };
  });

  route(app, operations.signInDeleteAll, async ({ caller }, reply) => {
    await requireOwnAccount(ports, caller);
    await signIns.revokeOthers(caller.userId, null);
    clearSignInCookie(reply, isSecure);
    return { signedIn: false as const };
  });

  route(app, operations.signInPasswordUpdate, async ({ caller, body, raw }, reply) => {
    const { current = null, next } = body;
    await counted(raw, reply, () => changePassword(ports, hasher, caller, { current, next }));
    return { changed: true as const };
  });

  route(app, operations.userInvitationCreate, async ({ organizationId, body }) => {
    const role = roleOf(body.role);
    const { url, expiresAt } = await inviteByLink(ports, organizationId, { email: body.email, role });
    return { url, expiresAt: expiresAt.toISOString() };
  });

  /**
   * Counts a password attempt before the password is hashed. Subtracts the attempt if the password was correct. Throws `rate_limited` if too many
   * attempts were made.
   */
  async function counted<T>(raw: FastifyRequest, reply: FastifyReply, enter: () => Promise<T>): Promise<T> {
    const attempt = attempts.reserve({ address: raw.ip, account: raw.caller.userId, knownBrowser: null });
    if ("refusal" in attempt) return refuse(reply, attempt.refusal);
    const result = await attempt.enter(enter);
    attempt.takeBack();
    return result;
  }
}
