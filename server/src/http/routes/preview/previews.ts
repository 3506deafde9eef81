import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { hashToken } from "../../../core/accounts/index.ts";
import { AppError } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { getVisibleSession } from "../../../core/sessions/index.ts";
import {
  createPreviewShare,
  deletePreviewShare,
  describeMissingDomain,
  getPreview,
  openPreview,
  parsePreviewHost,
  publishPreview,
  redeemPreviewShare,
  removePreview,
} from "../../../core/turns/index.ts";
import { refuseAfterMany } from "../../admission/admit.ts";
import type { Caller } from "../../admission/authenticate.ts";
import type { FailedAuthentications } from "../../admission/failed-authentications.ts";
import type { PreviewFailures } from "../../preview/preview-failures.ts";
import { openRoute, route } from "../../route.ts";
import { previewShareView, previewView } from "./preview-view.ts";

export function previewRoutes(app: FastifyInstance, ports: Ports, failures: PreviewFailures): void {
  const { store, settings } = ports;
  const linkView = createLinkView(settings, failures);

  async function place(caller: Caller, sessionId: string) {
    const session = await getVisibleSession(store, caller, sessionId);
    return { organizationId: caller.organizationId, sessionId: session.id, lease: null, messageId: null };
  }

  async function find(caller: Caller, params: { readonly sessionId: string; readonly previewId: string }) {
    const session = await getVisibleSession(store, caller, params.sessionId);
    return getPreview(store, session.id, params.previewId);
  }

  route(app, operations.previewList, async ({ caller, params }) => {
    const session = await getVisibleSession(store, caller, params.sessionId);
    const items = settings.previewDomain === null ? [] : await store.previews.list(session.id);
    return {
      items: items.map((one) => previewView(settings, one)),
      unavailableReason: describeMissingDomain(settings),
      maxShareMinutes: settings.maxPreviewShareMs / 60_000,
    };
  });
  route(app, operations.previewCreate, async ({ caller, params, body }) => {
    const { port, name = null } = body;
    return previewView(
      settings,
      await publishPreview(ports, await place(caller, params.sessionId), { port, name }),
    );
  });
  route(app, operations.previewDelete, async ({ caller, params }) => {
    await removePreview(store, await place(caller, params.sessionId), params.previewId);
    return { id: params.previewId.toLowerCase(), deleted: true as const };
  });
  route(app, operations.previewOpen, async ({ caller, body }) => {
    const { host, path, challenge = null } = body;
    return linkView(await openPreview(ports, caller, { host, path, challenge }));
  });

  route(app, operations.previewShareList, async ({ caller, params }) => {
    const preview = await find(caller, params);
    return { items: (await store.previewShares.list(preview.id, ports.clock.now())).map(previewShareView) };
  });
  route(app, operations.previewShareCreate, async ({ caller, params, body }) => {
    const preview = await find(caller, params);
    const { share, token } = await createPreviewShare(ports, preview, {
      userId: caller.userId,
      minutes: body.expiresInMinutes ?? null,
    });
    // The token follows the `#`, so the browser sends it neither to the server nor to the preview.
    return { ...previewShareView(share), url: `${settings.publicUrl}/shared-preview#${token}` };
  });
  route(app, operations.previewShareDelete, async ({ caller, params }) => {
    await deletePreviewShare(store, await find(caller, params), params.previewShareId);
    return { id: params.previewShareId.toLowerCase(), deleted: true as const };
  });
}

/** Serves the preview operations that require no authentication. */
export function openPreviewRoutes(
  app: FastifyInstance,
  ports: Ports,
  {
    failures,
    previewFailures,
  }: { readonly failures: FailedAuthentications; readonly previewFailures: PreviewFailures },
): void {
  const linkView = createLinkView(ports.settings, previewFailures);
  openRoute(app, operations.previewShareRedeem, async ({ body, raw }, reply) => {
    refuseAfterMany(reply, failures.refusal(raw.ip, hashToken(body.token).toString("hex")));
    try {
      return linkView(await redeemPreviewShare(ports, body));
    } catch (cause) {
      if (cause instanceof AppError && cause.code === "gone") failures.noteBad(raw.ip);
      throw cause;
    }
  });
}

function createLinkView({ previewDomain }: Ports["settings"], failures: PreviewFailures) {
  return ({ url, expiresAt }: { readonly url: string; readonly expiresAt: Date }) => {
    const hostLabel = parsePreviewHost(new URL(url).host, previewDomain);
    if (hostLabel !== null) failures.noteLink(hostLabel);
    return { url, expiresAt: expiresAt.toISOString() };
  };
}
