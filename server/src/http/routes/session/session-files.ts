import { operations, type SessionFile as SessionFileView } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import type { Ports } from "../../../core/ports.ts";
import { readSessionFile, type SessionFile } from "../../../core/sessions/index.ts";
import { getPathSession } from "../../admission/require-visible.ts";
import { route } from "../../route.ts";

export function sessionFileRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.sessionFileList, async ({ params, query, raw }) => {
    const session = getPathSession({ params, raw });
    const { items, nextCursor } = await ports.store.sessionFiles.list(session.id, {
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
      ...(query.search !== undefined && { search: query.search }),
    });
    return { items: items.map(fileView), nextCursor };
  });
  route(app, operations.sessionFileRetrieve, async ({ params, raw }) => {
    const session = getPathSession({ params, raw });
    const { file, content } = await readSessionFile(ports, session, params.fileId);
    return { ...fileView(file), content };
  });
}

const fileView = (file: SessionFile): SessionFileView => ({
  id: file.id,
  sessionId: file.sessionId,
  path: file.path,
  createdAt: file.createdAt.toISOString(),
  updatedAt: file.updatedAt.toISOString(),
});
