import { createHash, randomBytes } from "node:crypto";
import { hashToken, type Viewer } from "../../accounts/index.ts";
import { AppError } from "../../base/index.ts";
import { type Access, getVisibleSession, isAccessRefusal } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";
import type { Preview, PreviewHolder } from "./preview.ts";
import { parsePreviewHost, previewOrigin } from "./preview-address.ts";

const codeLifeMs = 60_000;
/** A browser whose grant has expired is sent through the dashboard again, which a person does not notice. */
const grantLifeMs = 12 * 60 * 60_000;
/** Maximum number of unused codes of one API key, sign-in or share link. */
const maxCodes = 256;
/** The same for grants of one preview. A further grant replaces the oldest of its holder. */
const maxGrants = 256;

/** Path, on each preview's host, at which a browser exchanges a code for a grant. */
export const previewEntryPath = "/.tembo/enter";

type GrantPorts = Pick<TurnsPorts, "store" | "clock" | "settings">;

export interface PreviewLink {
  readonly url: string;
  readonly expiresAt: Date;
}

/**
 * Creates a link that opens the preview at `host` once, within a minute. Throws `not_found` if there is no such preview
 * or the caller may not see its session.
 */
export async function openPreview(
  ports: GrantPorts,
  caller: Pick<Access, "organizationId" | "userId" | "apiKeyId">,
  {
    host,
    path,
    challenge,
  }: { readonly host: string; readonly path: string; readonly challenge: string | null },
): Promise<PreviewLink> {
  const preview = await findVisible(ports, caller, host);
  if (preview === null)
    throw new AppError(
      "not_found",
      `The preview at ${JSON.stringify(host)} was not found. It was removed, or you do not have access to its session.`,
    );
  return createLink(ports, preview, {
    holder: { apiKeyId: caller.apiKeyId, shareId: null },
    path,
    challenge,
  });
}

async function findVisible(
  { store, settings }: GrantPorts,
  viewer: Viewer,
  host: string,
): Promise<Preview | null> {
  const label = parsePreviewHost(host, settings.previewDomain);
  const preview = label === null ? null : await store.previews.findByHost(label);
  return preview?.organizationId === viewer.organizationId &&
    (await isVisible(store, viewer, preview.sessionId))
    ? preview
    : null;
}

/** Creates the same link as `openPreview`, for a browser that has the share link's token. */
export async function redeemPreviewShare(
  ports: GrantPorts,
  { token, path }: { readonly token: string; readonly path: string },
): Promise<PreviewLink> {
  const { store, clock } = ports;
  const share = await store.previewShares.findByTokenHash(hashToken(token), clock.now());
  const preview = share && (await store.previews.findByHost(share.hostLabel));
  if (share === null || preview === null || !(await isMemberWithAccess(store, preview, share.createdBy)))
    throw new AppError(
      "gone",
      "This link has expired or was revoked. Ask the person who sent it for a new one.",
    );
  return createLink(ports, preview, { holder: { apiKeyId: null, shareId: share.id }, path, challenge: null });
}

async function createLink(
  { store, clock, settings }: GrantPorts,
  preview: Preview,
  {
    holder,
    path,
    challenge,
  }: { readonly holder: PreviewHolder; readonly path: string; readonly challenge: string | null },
): Promise<PreviewLink> {
  const url = new URL(previewEntryPath, previewOrigin(settings, preview.hostLabel));
  const code = randomBytes(32).toString("base64url");
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + codeLifeMs);
  const isKept = await store.previewGrants.insertCode(
    { previewId: preview.id, holder, challenge, expiresAt },
    hashToken(code),
    { now, maxCodes },
  );
  if (!isKept)
    throw new AppError(
      "rate_limited",
      `Your sign-in, API key or share link has reached the limit of ${maxCodes} unused preview links. Try again in a minute.`,
    );
  url.searchParams.set("code", code);
  url.searchParams.set("path", path);
  return { url: url.href, expiresAt };
}

/** Hash of a browser's secret, for the field `challenge`. */
export function challengeOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

/**
 * Exchanges a code for a grant of the preview at this host. Returns the grant's token, or null if the code is unknown,
 * used, expired, for another host or bound to another browser. A code works once, even if this fails.
 */
export async function redeemPreviewCode(
  { store, clock }: Pick<GrantPorts, "store" | "clock">,
  {
    hostLabel,
    code,
    secret,
  }: { readonly hostLabel: string; readonly code: string; readonly secret: string | null },
): Promise<{ readonly token: string; readonly maxAgeMs: number } | null> {
  const now = clock.now();
  const found = await store.previewGrants.takeCode(hashToken(code), now);
  const preview = await store.previews.findByHost(hostLabel);
  if (found === null || preview === null || found.previewId !== preview.id) return null;
  if (found.challenge !== null && (secret === null || challengeOf(secret) !== found.challenge)) return null;
  const token = randomBytes(32).toString("base64url");
  const { previewId, holder } = found;
  const expiresAt = new Date(now.getTime() + grantLifeMs);
  await store.previewGrants.insert({ previewId, holder, expiresAt }, hashToken(token), { now, maxGrants });
  return { token, maxAgeMs: grantLifeMs };
}

/** Access of a browser to a preview. */
export interface PreviewAccess {
  readonly preview: Preview;
  /** ID of the person, or of the share link if the browser used one. */
  readonly holderId: string;
}

/**
 * Returns the access of a grant to the preview at this host. Returns null if the grant is unknown or expired, its
 * sign-in, API key or share link has ended, or its person may no longer see the session.
 */
export async function checkPreviewGrant(
  { store, clock }: Pick<GrantPorts, "store" | "clock">,
  tokenHash: Buffer,
  hostLabel: string,
): Promise<PreviewAccess | null> {
  const now = clock.now();
  const grant = await store.previewGrants.find(tokenHash, now);
  if (grant === null || grant.preview.hostLabel !== hostLabel) return null;
  const { preview, apiKeyId, share } = grant;
  if (share !== null) {
    const isValid = share.expiresAt > now && (await isMemberWithAccess(store, preview, share.createdBy));
    return isValid ? { preview, holderId: share.id } : null;
  }
  const person = apiKeyId && (await store.apiKeys.personOf(apiKeyId));
  if (person === null || person === "") return null;
  const viewer = { organizationId: preview.organizationId, userId: person.userId };
  return (await isVisible(store, viewer, preview.sessionId)) ? { preview, holderId: person.userId } : null;
}

async function isMemberWithAccess(
  store: GrantPorts["store"],
  { organizationId, sessionId }: Preview,
  userId: string,
): Promise<boolean> {
  return (
    (await store.members.ofUser(organizationId, userId)) !== null &&
    (await isVisible(store, { organizationId, userId }, sessionId))
  );
}

async function isVisible(store: GrantPorts["store"], viewer: Viewer, sessionId: string): Promise<boolean> {
  try {
    await getVisibleSession(store, viewer, sessionId);
    return true;
  } catch (cause) {
    if (isAccessRefusal(cause)) return false;
    throw cause;
  }
}
