import type { ClientRequest, IncomingMessage } from "node:http";
import { type Logger, withReason } from "../../core/base/index.ts";
import { retry } from "../../runtime/retry.ts";
import { decideRetry } from "./decide-retry.ts";
import type { GatewayTime } from "./gateway-time.ts";
import { CredentialRefused, type Outgoing, type Upstream } from "./upstream.ts";

export interface Sending {
  readonly upstream: Upstream;
  readonly outgoing: Outgoing;
  readonly maxTries: number;
  readonly time: GatewayTime;
  readonly log: Logger;
  /** Called with a message for each failure after which the request is sent again. */
  onFailure(sentence: string): void;
  /** Called if the signal aborts during an attempt, because the provider may already be working on the request. */
  onAbandoned(): void;
}

export type Sent = { readonly answer: IncomingMessage } | { readonly error: Error };

/**
 * Sends a request, and repeats it while its failure is worth a retry and attempts are left. Returns the last response or error. The client does
 * not notice the retries, because it receives nothing before the last response. Throws if the signal aborts.
 */
export async function sendWithRetries(sending: Sending, signal: AbortSignal): Promise<Sent> {
  const { upstream, maxTries, time, log, onFailure, onAbandoned } = sending;
  const send = () =>
    sendOnce(sending, signal).catch((cause) => {
      onAbandoned();
      throw cause;
    });
  return retry(send, {
    signal,
    wait: (ms) => time.wait(ms, signal),
    nowMs: time.nowMs,
    afterResult: (sent, { number: tries, elapsedMs }) => {
      if ("error" in sent && sent.error instanceof CredentialRefused) return null;
      const status = "answer" in sent ? sent.answer.statusCode! : null;
      const waitMs = decideRetry({
        status,
        headers: "answer" in sent ? sent.answer.headers : {},
        tries,
        maxTries,
        elapsedMs,
        nowMs: time.nowMs(),
        random: time.random(),
      });
      if (waitMs === null) return null;
      const sentence =
        "answer" in sent ? describeStatus(status!) : upstream.redact(describeUnreachable(sent.error));
      onFailure(sentence);
      log.warn({ family: upstream.family, status, tries, waitMs }, "the model provider failed; retrying");
      if ("answer" in sent) sent.answer.destroy();
      return waitMs;
    },
  });
}

export const describeStatus = (status: number) => `The model provider responded with status ${status}.`;
export const describeUnreachable = (error: Error) =>
  withReason("The request to the model provider failed", error);

async function sendOnce({ upstream, outgoing }: Sending, signal: AbortSignal): Promise<Sent> {
  try {
    return await exchange(await upstream.request(outgoing, signal), outgoing, signal);
  } catch (cause) {
    if (signal.aborted) throw cause;
    return { error: cause as Error };
  }
}

function exchange(request: ClientRequest, { bytes }: Outgoing, signal: AbortSignal): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => (signal.aborted ? reject(error) : resolve({ error }));
    request.once("response", (answer) => {
      // The response may fail before anything reads it.
      answer.on("error", () => {});
      resolve({ answer });
    });
    request.on("error", fail);
    // After an unsolicited protocol switch, Node emits neither a response nor an error.
    request.once("close", () => fail(new Error("it closed the connection without a response")));
    request.end(bytes.length === 0 ? undefined : bytes);
  });
}
