import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  type FakeProvider,
  json,
  type MessagesService,
  type ReceivedRequest,
  Refused,
  startFakeProvider,
} from "./fake-provider.ts";

export interface OpenRouterSetting {
  readonly apiKey: string;
  readonly service: MessagesService;
  /** Responds to requests in OpenAI's protocol. */
  readonly openai?: (body: Record<string, unknown>, path: string) => Promise<Response>;
}

/** Starts a fake OpenRouter below /api, with bearer keys and models named `maker/name`. */
export async function startOpenRouter({ apiKey, service, openai }: OpenRouterSetting): Promise<FakeProvider> {
  const asked: ReceivedRequest[] = [];
  const server = await startFakeProvider(
    async ({ request, response, path, bytes }) => {
      if (request.headers.authorization !== `Bearer ${apiKey}`) throw new Refused(401, "User not found.");
      if (request.headers["x-api-key"] !== undefined) throw new Refused(400, "There are two keys.");
      const body = JSON.parse(bytes.toString() || "{}") as Record<string, unknown>;
      const model = String(body.model);
      if (!/^~?[a-z0-9-]+\/[a-z0-9.:-]+$/.test(model))
        throw new Refused(400, `${model} is not a valid model ID`);
      const answer =
        path === "/api/v1/messages"
          ? await service(body)
          : path === "/api/v1/chat/completions" || path === "/api/v1/responses"
            ? await (openai ?? (async () => Response.json({})))(body, path)
            : null;
      if (answer === null) throw new Refused(404, `There is nothing at ${path}.`);
      asked.push({ model, body, headers: request.headers, url: request.url! });
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      if (answer.body === null) response.end();
      else await pipeline(Readable.fromWeb(answer.body as never), response);
    },
    (response, { status, message }) => json(response, status, { error: { code: status, message } }),
  );
  return { ...server, asked };
}
