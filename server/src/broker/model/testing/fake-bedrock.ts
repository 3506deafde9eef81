import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { crc32 } from "node:zlib";
import {
  type Call,
  eventsIn,
  type FakeProvider,
  json,
  type MessagesService,
  type ReceivedRequest,
  Refused,
  requireBetas,
  requireCloudBody,
  startFakeProvider,
} from "./fake-provider.ts";

export interface BedrockSetting {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly service: MessagesService;
  readonly nowMs?: () => number;
  /** Returns the bytes to send instead of an event, or null to close the connection. */
  readonly mangle?: (message: Buffer, index: number) => Buffer | null;
}

const names: Record<number, string> = {
  400: "ValidationException",
  403: "AccessDeniedException",
  404: "ResourceNotFoundException",
  429: "ThrottlingException",
};
const path = /^\/model\/([^/]+)\/(invoke|invoke-with-response-stream)$/;
const modelId = /^(arn:aws:bedrock:|((us|eu|jp|au|apac|us-gov|global)\.)?anthropic\.claude-)/;

/**
 * Starts a fake server of the Bedrock runtime. The server uses no code from the product or from Amazon. It implements Signature Version 4 and
 * the event stream separately, according to their specifications. It rejects every signature that differs from the expected one.
 */
export async function startBedrock(setting: BedrockSetting): Promise<FakeProvider> {
  const asked: ReceivedRequest[] = [];
  const server = await startFakeProvider(
    async (call) => {
      requireSignature(call, setting);
      const found = path.exec(call.path);
      if (found === null || call.request.method !== "POST")
        throw new Refused(404, "There is no such operation.");
      const model = decodeURIComponent(found[1]!);
      if (!modelId.test(model)) throw new Refused(400, "The provided model identifier is invalid.");
      const body = requireCloudBody(call.bytes, "bedrock-2023-05-31", ["anthropic_beta"]);
      requireBetas((body.anthropic_beta as string[] | undefined) ?? []);
      asked.push({ model, body, headers: call.request.headers, url: call.request.url! });
      const isStream = found[2] === "invoke-with-response-stream";
      const { anthropic_version: _, anthropic_beta: _betas, ...rest } = body;
      await passOn(call, await setting.service({ ...rest, model, stream: isStream }), isStream, setting);
    },
    (response, { status, message }) =>
      json(response, status, { message }, { "x-amzn-errortype": names[status] ?? "InternalServerException" }),
  );
  return { ...server, asked };
}

async function passOn(
  { response }: Call,
  answer: Response,
  isStream: boolean,
  { mangle = (message) => message }: BedrockSetting,
): Promise<void> {
  if (!answer.ok) {
    const { error } = (await answer.json()) as { error?: { message?: string } };
    throw new Refused(answer.status === 529 ? 503 : answer.status, error?.message ?? "failed");
  }
  if (!isStream) return json(response, 200, await answer.json());
  response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" });
  let index = 0;
  for await (const data of eventsIn(answer)) {
    const body = JSON.stringify({ bytes: Buffer.from(data).toString("base64"), p: "abcdefgh" });
    const message = mangle(encodeMessage(eventHeaders, body), index++);
    if (message === null) {
      response.destroy();
      return;
    }
    // Waits until the message is written, because the connection may be closed next.
    await new Promise((written) => response.write(message, written));
  }
  response.end();
}

const eventHeaders = {
  ":event-type": "chunk",
  ":content-type": "application/json",
  ":message-type": "event",
};

/** Encodes an exception that occurs in the middle of a stream. */
export const exceptionMessage = (type: string, message: string) =>
  encodeMessage(
    { ":exception-type": type, ":content-type": "application/json", ":message-type": "exception" },
    JSON.stringify({ message }),
  );

/** Encodes a message as lengths, headers, body and checksums (https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html). */
function encodeMessage(headers: Readonly<Record<string, string>>, body: string): Buffer {
  const encoded = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const length = Buffer.alloc(3);
      length.writeUInt8(7, 0);
      length.writeUInt16BE(Buffer.byteLength(value), 1);
      return Buffer.concat([
        Buffer.from([Buffer.byteLength(name)]),
        Buffer.from(name),
        length,
        Buffer.from(value),
      ]);
    }),
  );
  const payload = Buffer.from(body);
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(12 + encoded.length + payload.length + 4, 0);
  prelude.writeUInt32BE(encoded.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const message = Buffer.concat([prelude, encoded, payload]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(message), 0);
  return Buffer.concat([message, sum]);
}

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** Throws `Refused` if the signature is not valid (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). */
function requireSignature({ request, path, query, bytes }: Call, setting: BedrockSetting): void {
  const { accessKeyId, secretAccessKey, region, nowMs = Date.now } = setting;
  const parsed =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? "",
    );
  if (parsed === null) throw new Refused(403, "Missing Authentication Token");
  const [, id, day, scopeRegion, service, signedHeaders, signature] = parsed as unknown as string[];
  if (id !== accessKeyId) throw new Refused(403, "The security token included in the request is invalid.");
  if (scopeRegion !== region || service !== "bedrock")
    throw new Refused(403, `Credential should be scoped to the region and service of ${region} bedrock.`);
  const date = String(request.headers["x-amz-date"]);
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!date.startsWith(day!) || !(Math.abs(at - nowMs()) < 300_000))
    throw new Refused(403, "Signature expired");
  const headers = signedHeaders!.split(";");
  for (const name of ["host", "x-amz-date"])
    if (!headers.includes(name)) throw new Refused(403, `'${name}' must be a 'SignedHeader'`);
  const given = request.headers["x-amz-content-sha256"];
  if (given !== undefined && given !== sha256(bytes))
    throw new Refused(403, "The body is not what was signed.");
  const canonical = [
    request.method,
    path.split("/").map(encodeStrictly).join("/"),
    query,
    ...headers.map((name) => `${name}:${headerOf(request, name)}`),
    "",
    signedHeaders,
    sha256(bytes),
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", date, `${day}/${region}/bedrock/aws4_request`, sha256(canonical)].join(
    "\n",
  );
  const key = [day!, region, "bedrock", "aws4_request"].reduce<string | Buffer>(
    hmac,
    `AWS4${secretAccessKey}`,
  );
  if (!timingSafeEqual(hmac(key, toSign), Buffer.from(signature!, "hex")))
    throw new Refused(403, "The request signature we calculated does not match the signature you provided.");
}

const headerOf = (request: IncomingMessage, name: string) =>
  String(request.headers[name] ?? "")
    .trim()
    .replaceAll(/ +/g, " ");

/** Encodes a path segment that is already encoded, because services other than S3 require a second encoding. */
const encodeStrictly = (part: string) =>
  encodeURIComponent(part).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
