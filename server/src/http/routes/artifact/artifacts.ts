import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { AppError } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import {
  createArtifact,
  deleteArtifact,
  getSession,
  readArtifactFile,
} from "../../../core/sessions/index.ts";
import { route } from "../../route.ts";
import { artifactView, artifactWithContentView } from "./artifact-view.ts";

export function artifactRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.artifactList, async ({ organizationId, query, raw }) => {
    const { sessionId, jobId, types, cursor, limit } = query;
    if (sessionId !== undefined) await getSession(ports.store, organizationId, sessionId);
    const { items, nextCursor } = await ports.store.artifacts.list(organizationId, {
      viewerUserId: raw.caller.userId,
      limit,
      ...(cursor !== undefined && { cursor }),
      ...(sessionId !== undefined && { sessionId }),
      ...(jobId !== undefined && { turnId: jobId }),
      ...(types !== undefined && { types }),
    });
    return { items: items.map(artifactView), nextCursor };
  });
  route(app, operations.artifactRetrieve, async ({ organizationId, params }) => {
    const artifact = await ports.store.artifacts.find(organizationId, params.artifactId);
    if (artifact === null) throw new AppError("not_found", `Artifact ${params.artifactId} was not found.`);
    return artifactWithContentView(ports.settings.publicUrl, artifact);
  });
  route(app, operations.artifactCreate, async ({ body, raw }) => {
    const { output, description, category, relatedPullRequestUrls, ...words } = body;
    const artifact = await createArtifact(ports, raw.caller, {
      ...words,
      output: { ...output, fileName: output.fileName ?? null },
      description: description ?? null,
      category: category ?? null,
      relatedPullRequestUrls: relatedPullRequestUrls ?? [],
    });
    return artifactWithContentView(ports.settings.publicUrl, artifact);
  });
  route(app, operations.artifactDelete, async ({ organizationId, params }) => {
    await deleteArtifact(ports, organizationId, params.artifactId);
    return { id: params.artifactId.toLowerCase(), deleted: true as const };
  });
  route(app, operations.artifactFile, async ({ organizationId, params }, reply) => {
    const artifact = await ports.store.artifacts.find(organizationId, params.artifactId);
    const bytes = await readArtifactFile(ports, organizationId, params.artifactId);
    if (artifact === null) throw new AppError("not_found", `Artifact ${params.artifactId} was not found.`);
    if (bytes === null) throw new AppError("not_found", `The artifact ${params.artifactId} has no file.`);
    // Sends the file as a download, because a file from a workspace must not run as a page of this server.
    await reply
      .headers({
        "content-type": artifact.contentType ?? "application/octet-stream",
        "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(artifact.fileName ?? "file")}`,
      })
      .send(bytes);
    return undefined;
  });
}
