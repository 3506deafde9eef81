import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { type ProviderMeans, redactAll, type Upstream } from "../../upstream.ts";
import { bodyElsewhere, errorAsAnthropic, pipe } from "../anthropic-elsewhere.ts";
import { connectBase } from "../connect-base.ts";
import { hasNoForm } from "../has-no-form.ts";
import type { Connection } from "../plug-in.ts";
import { createEventDecoder } from "./event-decoder.ts";
import { spellModelName } from "./spell-model-name.ts";

/**
 * Connects to Anthropic's models on the Amazon Bedrock runtime. Converts Messages API requests to InvokeModel requests signed with
 * Signature Version 4. Converts the response's event stream to server-sent events. Throws `invalid_input` if the base URL is not valid.
 */
export function connectBedrock(
  { credential, addresses }: Connection,
  { time, outbound }: ProviderMeans,
): Upstream {
  const { accessKeyId = "", secretAccessKey = "", region = "" } = credential ?? {};
  const base = connectBase(
    "Amazon Bedrock",
    addresses.baseUrl ?? `https://bedrock-runtime.${region}.amazonaws.com`,
    outbound,
  );
  const signer = new SignatureV4({
    service: "bedrock",
    region,
    credentials: { accessKeyId, secretAccessKey },
    sha256: Sha256,
  });
  return {
    family: "anthropic",
    provider: "bedrock",
    translate(asked) {
      const { method, route, model } = asked;
      if (!/^(\/v1)?\/messages(\?|$)/.test(route.target)) return hasNoForm("Amazon Bedrock", asked);
      const { body, betas } = bodyElsewhere(asked);
      const action = asked.body?.stream === true ? "invoke-with-response-stream" : "invoke";
      const name = encodeURIComponent(spellModelName(model ?? "", region));
      const json = JSON.stringify({
        anthropic_version: "bedrock-2023-05-31",
        ...(betas.length > 0 && { anthropic_beta: betas }),
        ...body,
      });
      return {
        method,
        target: `/model/${name}/${action}`,
        headers: { "content-type": "application/json", accept: "application/json" },
        bytes: Buffer.from(json),
      };
    },
    async request(outgoing, signal) {
      const headers = { ...(outgoing.headers as Record<string, string>), host: base.host };
      const signed = await signer.sign(
        {
          method: outgoing.method,
          protocol: "https:",
          hostname: base.host,
          path: base.pathOf(outgoing.target),
          headers,
          query: {},
          body: outgoing.bytes,
        },
        { signingDate: new Date(time.nowMs()) },
      );
      return base.request({ ...outgoing, headers: signed.headers }, signal);
    },
    receive(answer) {
      if (answer.statusCode! >= 400) return errorAsAnthropic(answer);
      if (!/^application\/vnd\.amazon\.eventstream\b/.test(answer.headers["content-type"] ?? ""))
        return answer;
      const decoder = createEventDecoder();
      pipe(answer, decoder);
      return Object.assign(decoder, {
        statusCode: answer.statusCode!,
        headers: { "content-type": "text/event-stream; charset=utf-8" },
      });
    },
    redact: (text) => redactAll(text, [secretAccessKey, accessKeyId]),
    close: base.close,
  };
}

/** Adapts Node's hash to the interface of the signer. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error("each text gets its own digest");
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === "string") return Buffer.from(data, "utf8");
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
