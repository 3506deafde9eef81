import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import type { Ports } from "../../../core/ports.ts";
import type { FolderPosition, WorkspaceBrowser } from "../../../core/turns/index.ts";
import { getPathSession } from "../../admission/require-visible.ts";
import { readCursor, writeCursor } from "../../cursor.ts";
import { forwardCall } from "../../forwarding/forward-call.ts";
import type { Forwarding } from "../../forwarding/forwarding.ts";
import { route } from "../../route.ts";
import { entryTime } from "./entry-time.ts";

/** Maximum size of a forwarded response. JSON may need six bytes for one byte of a file. */
const maxForwardedBytes = 8 * 1024 * 1024;

/** Serves the files of workspaces. While a sandbox is running, the process that runs it reads them. */
export function workspaceFileRoutes(
  app: FastifyInstance,
  { vault }: Pick<Ports, "vault">,
  { browser, forwarding }: { readonly browser: WorkspaceBrowser; readonly forwarding: Forwarding },
): void {
  route(app, operations.workspaceTreeList, async ({ organizationId, params, query, raw }) => {
    const { id } = getPathSession({ params, raw });
    const forwarded = await forwardCall(forwarding, raw, id, maxForwardedBytes);
    if (forwarded !== null) return operations.workspaceTreeList.response.parse(forwarded);
    const path = query.path ?? "";
    const scope = { list: "workspaceTree", organizationId, filter: [id, path] };
    const after = query.cursor === undefined ? null : readCursor<FolderPosition>(vault, scope, query.cursor);
    const { entries, next, isCut } = await browser.list(id, path, { after, limit: query.limit });
    return {
      path,
      items: entries.map((entry) => ({ ...entry, modifiedAt: entryTime(entry.modifiedAt) })),
      nextCursor: next === null ? null : writeCursor(vault, scope, next),
      isCut,
    };
  });
  route(app, operations.workspaceFileRetrieve, async ({ params, query, raw }) => {
    const { id } = getPathSession({ params, raw });
    const forwarded = await forwardCall(forwarding, raw, id, maxForwardedBytes);
    if (forwarded !== null) return operations.workspaceFileRetrieve.response.parse(forwarded);
    const { modifiedAt, ...file } = await browser.readText(id, query.path);
    return { ...file, modifiedAt: entryTime(modifiedAt) };
  });
  route(app, operations.workspaceFileUpdate, async ({ organizationId, caller, params, body, raw }) => {
    const { id: sessionId } = getPathSession({ params, raw });
    const forwarded = await forwardCall(forwarding, raw, sessionId, maxForwardedBytes);
    if (forwarded !== null) return operations.workspaceFileUpdate.response.parse(forwarded);
    const { userId } = caller;
    return { path: body.path, ...(await browser.save({ organizationId, sessionId, userId, ...body })) };
  });
}
