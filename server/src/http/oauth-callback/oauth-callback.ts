import { errorCodes } from "@tembo/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hashToken } from "../../core/accounts/index.ts";
import { AppError } from "../../core/base/index.ts";
import {
  appManifestOf,
  callbackPath,
  completeAuthorization,
  manifestPath,
  type ReturningBrowser,
} from "../../core/forges/index.ts";
import type { Ports } from "../../core/ports.ts";
import { setupTokenOf, signInTokenOf } from "../admission/sign-in-cookie.ts";
import { rememberSetupBrowser } from "./setup-browser.ts";
import { confirmationPage, manifestPage, sentencePage } from "./setup-page.ts";

const installationChanged =
  'The app\'s repositories have changed. Run "tembo integration sync INTEGRATION" to update the list.';

/**
 * Serves the requests that a user's browser sends on the way to a forge and back. These requests contain no key. Their state parameter and
 * the setup cookie of the browser that started the setup authenticate them.
 */
export function oauthCallbackRoutes(app: FastifyInstance, ports: Ports): void {
  app.get(manifestPath, async (request, reply) => {
    try {
      const state = parameter(request.query, "integration-state") ?? "";
      const organization = parameter(request.query, "organization");
      const app = await appManifestOf(ports, { state, organization });
      const origin = new URL(app.targetUrl).origin;
      return send(reply, 200, manifestPage(app), `form-action ${origin}`);
    } catch (cause) {
      return sendRefusal(reply, cause);
    }
  });

  app.get(callbackPath, async (request, reply) => {
    // After a user changes an installation on GitHub, GitHub redirects the user here without a state parameter.
    if (parameter(request.query, "setup_action") === "update" && parameter(request.query, "state") === null) {
      return send(reply, 200, sentencePage("Changed", installationChanged), "form-action 'none'");
    }
    return complete(request, reply, { browserToken: setupTokenOf(request), confirmed: null });
  });

  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_, __, done) =>
    done(null),
  );
  // The browser sends the sign-in cookie with this server's own form, but not with a forge's redirect.
  app.post(callbackPath, async (request, reply) => {
    const token = signInTokenOf(request);
    const key = token === null ? null : await ports.store.apiKeys.findByTokenHash("signIn", hashToken(token));
    return complete(request, reply, {
      browserToken: rememberSetupBrowser(ports, request, reply),
      confirmed: { userId: key?.userId ?? null },
    });
  });

  async function complete(
    { query, url }: FastifyRequest,
    reply: FastifyReply,
    browser: ReturningBrowser,
  ): Promise<FastifyReply> {
    try {
      const completed = await completeAuthorization(ports, {
        state: parameter(query, "state") ?? "",
        code: parameter(query, "code"),
        installationId: parameter(query, "installation_id"),
        error: parameter(query, "error_description") ?? parameter(query, "error"),
        ...browser,
      });
      if ("beginnerName" in completed) {
        // The next step may redirect to the forge, where the app is installed.
        const formAction = `form-action 'self' ${new URL(completed.webUrl).origin}`;
        return send(reply, 200, confirmationPage(completed, url), formAction);
      }
      const { nextUrl, message } = completed;
      if (nextUrl !== null) return reply.redirect(nextUrl, 303);
      return send(reply, 200, sentencePage("Connected", message), "form-action 'none'");
    } catch (cause) {
      return sendRefusal(reply, cause);
    }
  }
}

/** Shows client errors to the user. The server's error handler handles all other errors. */
function sendRefusal(reply: FastifyReply, cause: unknown): FastifyReply {
  if (!(cause instanceof AppError) || errorCodes[cause.code].status >= 500) throw cause;
  return send(
    reply,
    errorCodes[cause.code].status,
    sentencePage("Not connected", cause.message),
    "form-action 'none'",
  );
}

function send(reply: FastifyReply, status: number, page: string, formAction: string): FastifyReply {
  return reply
    .code(status)
    .header("content-type", "text/html; charset=utf-8")
    .header("content-security-policy", `default-src 'none'; frame-ancestors 'none'; ${formAction}`)
    .send(page);
}

/** Returns a parameter, or null if it is empty, does not occur exactly once or is longer than 2,000 characters. */
function parameter(query: unknown, name: string): string | null {
  const value = (query as Readonly<Record<string, unknown>>)[name];
  return typeof value === "string" && value !== "" && value.length <= 2000 ? value : null;
}
