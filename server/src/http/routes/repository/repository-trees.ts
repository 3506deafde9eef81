import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { listBranches, listTree, readTreeFile, type TreePosition } from "../../../core/forges/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { readCursor, writeCursor } from "../../cursor.ts";
import { route } from "../../route.ts";

/** Time limit for reading a mirror, including the wait for the forge. */
const LIMIT_MS = 30_000;
/**
 * Time limits for the forge. `KNOWN_MS` applies if the current state of the mirror can be served instead, and `UNKNOWN_MS` if there is
 * none.
 */
const KNOWN_MS = 3_000;
const UNKNOWN_MS = 20_000;

export function repositoryTreeRoutes(app: FastifyInstance, ports: Ports): void {
  const closing = new AbortController();
  app.addHook("onClose", async () => closing.abort(new Error("The server is shutting down.")));
  const fetching = { signal: closing.signal, knownMs: KNOWN_MS, unknownMs: UNKNOWN_MS };

  route(app, operations.repositoryBranchList, async ({ organizationId, params, query }) => {
    const { cursor, limit, search } = query;
    const scope = { list: "branches", organizationId, filter: { ...params, search } };
    const { items, next, isStale } = await listBranches(
      ports,
      { organizationId, ...params },
      { search, limit, after: cursor === undefined ? undefined : readCursor(ports.vault, scope, cursor) },
      AbortSignal.timeout(LIMIT_MS),
      fetching,
    );
    const nextCursor = next === null ? null : writeCursor(ports.vault, scope, next);
    return { items: [...items], nextCursor, isStale };
  });

  route(app, operations.repositoryTreeList, async ({ organizationId, params, query }) => {
    const { cursor, limit, ...filter } = query;
    const scope = { list: "tree", organizationId, filter: { ...params, ...filter } };
    const after = cursor === undefined ? undefined : readCursor<TreePosition>(ports.vault, scope, cursor);
    const { items, next, ...page } = await listTree(
      ports,
      { organizationId, ...params },
      { ...filter, limit, after },
      AbortSignal.timeout(LIMIT_MS),
      fetching,
    );
    return {
      ...page,
      items: items.map(({ path, kind, mode, id, sizeBytes }) => ({
        path,
        name: path.slice(path.lastIndexOf("/") + 1),
        kind,
        mode,
        sha: id,
        sizeBytes,
      })),
      nextCursor: next === null ? null : writeCursor(ports.vault, scope, next),
    };
  });

  route(app, operations.repositoryFileRetrieve, async ({ organizationId, params, query }) => {
    const { entry, ...file } = await readTreeFile(
      ports,
      { organizationId, ...params },
      query,
      AbortSignal.timeout(LIMIT_MS),
      fetching,
    );
    return { ...file, path: query.path, kind: entry.kind, mode: entry.mode, sha: entry.id };
  });
}
