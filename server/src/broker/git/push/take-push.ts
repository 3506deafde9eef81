import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createByteReader, Refusal, readBody } from "../read-body.ts";
import type { PackCheck } from "./check-pack.ts";
import { decidePush } from "./decide-push.ts";
import { type PushRequest, readPushRequest, writePushRequest } from "./push-request.ts";

export interface PushIntake {
  readonly request: IncomingMessage;
  readonly pushBranch: string;
  readonly maxPackBytes: number;
  /** Path of the pack during the check. The caller deletes the file. */
  readonly packPath: string;
  readonly packCheck: PackCheck;
}

export type PushVerdict =
  /** Before it sends a large pack, git sends a request without commands to probe the server. */
  | { readonly kind: "probe" }
  | { readonly kind: "refused"; readonly push: PushRequest; reasonFor(ref: string): string }
  | {
      readonly kind: "admitted";
      readonly push: PushRequest;
      readonly body: Readable;
      readonly bodyBytes: number;
    };

const maxHeadBytes = 1024 * 1024;

/**
 * Validates the commands of a push first, then its pack. Writes the pack to `packPath`. Throws a `Refusal` if the input is not a valid push or
 * has too many references.
 */
export async function takePush(intake: PushIntake, signal: AbortSignal): Promise<PushVerdict> {
  const { request, packPath, maxPackBytes } = intake;
  const reader = createByteReader(readBody(request, maxPackBytes + maxHeadBytes));
  const push = await readPushRequest(reader);
  const [command] = push.commands;
  if (command === undefined) {
    for await (const _ of reader.rest()) throw new Refusal(400, "This is not a valid git push request.");
    return { kind: "probe" };
  }
  const refusals = decidePush(push, intake.pushBranch);
  if (refusals.length > 0) {
    const reasons = new Map(refusals.map(({ ref, reason }) => [ref, reason]));
    return { kind: "refused", push, reasonFor: (ref) => reasons.get(ref) ?? "refused" };
  }
  try {
    await pipeline(reader.rest(), createWriteStream(packPath, { mode: 0o600, flags: "wx" }), { signal });
  } catch (cause) {
    if (!(cause instanceof Refusal && cause.status === 413)) throw cause;
    const mebibytes = Math.floor(maxPackBytes / 1024 ** 2);
    return refuse(
      push,
      `the pack exceeds the limit of ${mebibytes} MiB per push: push fewer commits at once`,
    );
  }
  const reason = await intake.packCheck.check(packPath, command, signal);
  if (reason !== null) return refuse(push, reason);
  const head = writePushRequest(push);
  const { size } = await stat(packPath);
  return {
    kind: "admitted",
    push,
    body: Readable.from(headThenFile(head, packPath)),
    bodyBytes: head.length + size,
  };
}

function refuse(push: PushRequest, reason: string): PushVerdict {
  return { kind: "refused", push, reasonFor: () => reason };
}

async function* headThenFile(head: Buffer, path: string): AsyncGenerator<Buffer> {
  yield head;
  yield* createReadStream(path) as AsyncIterable<Buffer>;
}
