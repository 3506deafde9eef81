import type { Readable } from "node:stream";
import { operations } from "@tembo/contract";
import { maxAttachmentBytes } from "@tembo/contract/limits";
import type { FastifyInstance } from "fastify";
import type { Viewer } from "../../../core/accounts/index.ts";
import { AppError } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { type Attachment, isPicture, readAttachment, storeAttachment } from "../../../core/sessions/index.ts";
import { route } from "../../route.ts";
import { attachmentView } from "../message/message-view.ts";

export function attachmentRoutes(app: FastifyInstance, ports: Ports): void {
  void app.register(async (bytes) => uploadRoute(bytes, ports));

  route(app, operations.attachmentRetrieve, async ({ raw, params }) =>
    attachmentView(await getAttachment(raw.caller, params.attachmentId)),
  );
  route(app, operations.attachmentContent, async ({ raw, params }, reply) => {
    const attachment = await getAttachment(raw.caller, params.attachmentId);
    const content = await readAttachment(ports, attachment);
    // With these headers, browsers save the file instead of executing it.
    const name = encodeURIComponent(attachment.name).replaceAll(
      /['()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16)}`,
    );
    void reply.header("content-disposition", `attachment; filename*=UTF-8''${name}`);
    void reply.type(isPicture(attachment.mediaType) ? attachment.mediaType : "application/octet-stream");
    await reply.send(content);
    return undefined;
  });

  async function getAttachment(viewer: Viewer, id: string): Promise<Attachment> {
    const [attachment] = await ports.store.attachments.findVisible(viewer, [id]);
    if (attachment === undefined) throw new AppError("not_found", `Attachment ${id} was not found.`);
    return attachment;
  }
}

/** Uploads an attachment. Streams the body to the blob store, so that the whole body is never in memory. */
function uploadRoute(app: FastifyInstance, ports: Ports): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  app.addHook("onRequest", async (request) => {
    if (Number(request.headers["content-length"] ?? 0) > maxAttachmentBytes) {
      throw new AppError(
        "invalid_input",
        `The attachment is larger than ${maxAttachmentBytes / 1024 ** 2} MiB. Send a smaller file.`,
      );
    }
  });
  route(app, operations.attachmentCreate, async ({ organizationId, query, raw }) => {
    const body = raw.body as Readable | undefined;
    const attachment = await storeAttachment(ports, organizationId, {
      uploadedBy: raw.caller.userId,
      name: query.name,
      mediaType: raw.headers["content-type"] ?? null,
      bytes: body ?? nothing(),
    });
    return attachmentView(attachment);
  });
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
