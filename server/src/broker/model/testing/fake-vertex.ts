import { createVerify, generateKeyPairSync } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  type Call,
  type FakeProvider,
  json,
  type MessagesService,
  type ReceivedRequest,
  Refused,
  requireBetas,
  requireCloudBody,
  startFakeProvider,
} from "./fake-provider.ts";

export interface VertexSetting {
  readonly project: string;
  readonly location: string;
  readonly service: MessagesService;
  /** Responds to requests for Gemini models. */
  readonly gemini?: (body: Record<string, unknown>, action: string) => Promise<Response>;
  readonly nowMs?: () => number;
  readonly tokenSeconds?: number;
}

export interface FakeVertex extends FakeProvider {
  /** Key file of an account that the fake accepts. */
  readonly serviceAccountJson: string;
  /** Returns the number of tokens that were issued. */
  tokens(): number;
}

const clientEmail = "tembo@project.iam.gserviceaccount.example";
const path =
  /^\/v1\/projects\/([^/]+)\/locations\/([^/]+)\/publishers\/(anthropic|google)\/models\/([^/:]+):([A-Za-z]+)$/;

/**
 * Starts a fake of Google's token endpoint (at /token) and of Vertex AI. Vertex AI accepts only tokens that the endpoint has issued for a
 * verified signature.
 */
export async function startVertex(setting: VertexSetting): Promise<FakeVertex> {
  const { nowMs = Date.now, tokenSeconds = 3_600 } = setting;
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const asked: ReceivedRequest[] = [];
  const endsAt = new Map<string, number>();
  let url = "";

  const giveToken = ({ response, bytes }: Call): void => {
    const form = new URLSearchParams(bytes.toString());
    if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer")
      throw new Refused(400, "unsupported_grant_type");
    const [header = "", claims = "", signature = ""] = (form.get("assertion") ?? "").split(".");
    const isSigned = createVerify("RSA-SHA256")
      .update(`${header}.${claims}`)
      .verify(publicKey, signature, "base64url");
    if (!isSigned) throw new Refused(400, "invalid_grant: Invalid JWT Signature.");
    const payload = JSON.parse(Buffer.from(claims, "base64url").toString());
    const now = nowMs() / 1_000;
    if (payload.iss !== clientEmail || payload.aud !== `${url}/token`)
      throw new Refused(401, "invalid_client");
    if (payload.iat > now + 60 || payload.exp < now || payload.exp - payload.iat > 3_600)
      throw new Refused(400, "invalid_grant: Token must be a short-lived token.");
    if (!String(payload.scope).split(" ").includes("https://www.googleapis.com/auth/cloud-platform"))
      throw new Refused(400, "invalid_scope");
    const token = `ya29.token-${endsAt.size + 1}`;
    endsAt.set(token, nowMs() + tokenSeconds * 1_000);
    json(response, 200, { access_token: token, expires_in: tokenSeconds, token_type: "Bearer" });
  };

  const ofAnthropic = async (call: Call, model: string, action: string): Promise<Response> => {
    if (action === "rawPredict" && model === "count-tokens") return Response.json({ input_tokens: 7 });
    if (!/^claude-[a-z0-9-]+(@\d{8})?$/.test(model))
      throw new Refused(404, `Publisher model ${model} was not found.`);
    const body = requireCloudBody(call.bytes, "vertex-2023-10-16", ["stream"]);
    requireBetas(String(call.request.headers["anthropic-beta"] ?? "").split(","));
    if (action !== (body.stream === true ? "streamRawPredict" : "rawPredict"))
      throw new Refused(400, "stream does not fit the method");
    const { anthropic_version: _, ...rest } = body;
    return setting.service({ ...rest, model });
  };

  const server = await startFakeProvider(
    async (call) => {
      const { request, response } = call;
      if (call.path === "/token") return giveToken(call);
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
      if (!((endsAt.get(token) ?? 0) > nowMs()))
        throw new Refused(401, "Request had invalid authentication credentials.");
      const found = path.exec(call.path);
      if (found === null) throw new Refused(404, "There is no such method.");
      const [, project, location, publisher, model, action] = found as unknown as string[];
      if (project !== setting.project || location !== setting.location)
        throw new Refused(403, `Permission denied on resource project ${project}.`);
      const body = JSON.parse(call.bytes.toString()) as Record<string, unknown>;
      const answer =
        publisher === "anthropic"
          ? await ofAnthropic(call, model!, action!)
          : await (setting.gemini ?? (async () => Response.json({})))(body, action!);
      asked.push({ model: model!, body, headers: request.headers, url: request.url! });
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      if (answer.body === null) response.end();
      else await pipeline(Readable.fromWeb(answer.body as never), response);
    },
    (response, { status, message }) => {
      const [error, description] = message.split(": ");
      if (status === 401 && message === "invalid_client") json(response, status, { error: message });
      else if (/^(invalid|unsupported)_/.test(message))
        json(response, status, { error, error_description: description });
      else json(response, status, { error: { code: status, message, status: "REFUSED" } });
    },
  );
  url = server.url;
  return {
    ...server,
    asked,
    tokens: () => endsAt.size,
    serviceAccountJson: JSON.stringify({
      type: "service_account",
      project_id: setting.project,
      private_key_id: "key-1",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      client_email: clientEmail,
      // Tembo must never send requests to the URL in a key file.
      token_uri: "http://169.254.169.254/token",
    }),
  };
}
