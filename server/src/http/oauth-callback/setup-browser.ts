import { randomBytes } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Ports } from "../../core/ports.ts";
import { setSetupCookie, setupTokenOf } from "../admission/sign-in-cookie.ts";

/** Sets the setup cookie and returns its token. Reuses an existing token, because other tabs may have started a setup with it. */
export function rememberSetupBrowser(
  { settings }: Pick<Ports, "settings">,
  request: Pick<FastifyRequest, "headers" | "server">,
  reply: Pick<FastifyReply, "raw">,
): string {
  const known = setupTokenOf(request);
  const token = known !== null && /^[\w-]{43}$/.test(known) ? known : randomBytes(32).toString("base64url");
  setSetupCookie(reply, token, settings.publicUrl.startsWith("https:"));
  return token;
}
