import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { sendMessage } from "../core/message/send-message.ts";
import type { Ports } from "../core/ports/index.ts";
import { route } from "./route.ts";

export function messageRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.sessionMessageCreate, async ({ organizationId, params, body }) => {
    const { message, session, turnId } = await sendMessage(ports, organizationId, {
      sessionId: params.sessionId,
      content: body.content,
    });
    return {
      message: {
        id: message.id,
        content: body.content,
        createdAt: message.createdAt.toISOString(),
        isQueued: true,
      },
      job: turnId === null ? null : { id: turnId, task: "turn" },
      session: { id: session.id, title: session.title },
    };
  });
}
