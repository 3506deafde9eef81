import { AppError } from "../../../base/index.ts";
import { previewOrigin } from "../../preview/preview-address.ts";
import { publishPreview, removePreview } from "../../preview/publish-preview.ts";
import type { RunTool, ToolCall } from "../tool-call.ts";

export const publishPort: RunTool<"publish_port"> = async ({ context }, { port, name }) => {
  const { ports, masker } = context;
  const masked = name === undefined ? null : masker.mask(name).slice(0, 100);
  const preview = await publishPreview(ports, placeOf(context), { port, name: masked });
  return {
    port,
    url: `${previewOrigin(ports.settings, preview.hostLabel)}/`,
    message: `Port ${port} is published. People who can see the session can open the URL. The program must listen on the sandbox's loopback interface.`,
  };
};

export const unpublishPort: RunTool<"unpublish_port"> = async ({ context }, { port }) => {
  const { ports, session } = context;
  const previews = await ports.store.previews.list(session.id);
  const preview = previews.find((one) => one.port === port);
  if (preview === undefined) throw new AppError("not_found", `Port ${port} is not published.`);
  await removePreview(ports.store, placeOf(context), preview.id);
  return { port, message: `Port ${port} is no longer published.` };
};

const placeOf = ({ session, lease, message }: ToolCall["context"]) => ({
  organizationId: session.organizationId,
  sessionId: session.id,
  lease,
  messageId: message.id,
});
