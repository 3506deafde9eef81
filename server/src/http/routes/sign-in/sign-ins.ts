import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { AppError } from "../../../core/errors.ts";
import { changePassword } from "../../../core/sign-in/change-password.ts";
import { makeWelcomeLink } from "../../../core/sign-in/make-welcome-link.ts";
import { refuseAfterMany } from "../../admission/admit.ts";
import { clearSignInCookie } from "../../admission/sign-in-cookie.ts";
import { route } from "../../route.ts";
import { roleOf } from "../member/member-view.ts";
import type { SignInOptions } from "./open-sign-in.ts";

/** What people do with their own sign-ins, and links for others. */
export function signInRoutes(app: FastifyInstance, options: SignInOptions): void {
  const { ports, hasher, wrongPasswords, isSecure } = options;
  const { signIns } = ports.store;

  route(app, operations.signInList, async ({ caller }) => ({
    items: (await signIns.list(caller.userId)).map(({ id, createdAt, lastUsedAt, userAgent }) => ({
      id,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
      userAgent,
      isCurrent: id === caller.apiKeyId,
    })),
  }));

  route(app, operations.signInDeleteAll, async ({ caller }, reply) => {
    await signIns.revokeOthers(caller.userId, null);
    clearSignInCookie(reply, isSecure);
    return { signedIn: false as const };
  });

  route(app, operations.signInPasswordUpdate, async ({ caller, body }, reply) => {
    const { userId, apiKeyId } = caller;
    refuseAfterMany(reply, wrongPasswords.refusal(userId, ""));
    const { current = null, next } = body;
    try {
      await changePassword(ports, hasher, { userId, apiKeyId, current, next });
    } catch (cause) {
      if (cause instanceof AppError && cause.code === "forbidden") wrongPasswords.noteBad(userId);
      throw cause;
    }
    return { changed: true as const };
  });

  route(app, operations.userInvitationCreate, async ({ organizationId, body }) => {
    const role = roleOf(body.role);
    const { url, expiresAt } = await makeWelcomeLink(ports, { organizationId, email: body.email, role });
    return { url, expiresAt: expiresAt.toISOString() };
  });
}
