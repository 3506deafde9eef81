import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect, type NetConnectOpts } from "node:net";

/**
 * Client of every transfer, inside and outside a sandbox. It imports only Node's own modules, because the bench copies
 * no other file with it. It parses a job from JSON in its first argument, and prints a `Taken` as JSON.
 */
export type Job =
  | {
      readonly kind: "http";
      readonly to: { readonly path: string } | { readonly host: string; readonly port: number };
      /** CONNECT request to send before the request, or null if the transfer needs no tunnel. */
      readonly connectLine: string | null;
      readonly request: string;
      /** Minimum size of the response body. */
      readonly bytes: number;
    }
  | { readonly kind: "git"; readonly url: string; readonly into: string };

export interface Taken {
  /** Time from the start of the first request to the first byte of the response body, or 0 for a clone. */
  readonly firstByteMs: number;
  /** Time from the first byte of the body to the end of the connection. For a clone, the whole duration. */
  readonly transferMs: number;
}

const job = JSON.parse(process.argv[2]!) as Job;
console.log(JSON.stringify(job.kind === "git" ? await clone(job) : await download(job)));

async function download({ to, connectLine, request, bytes }: Job & { kind: "http" }): Promise<Taken> {
  let received = 0;
  let head: string | null = "";
  let answersLeft = connectLine === null ? 1 : 2;
  const takeHead = (chunk: string) => {
    let text = head + chunk;
    for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
      if (!/^HTTP\/1\.1 200 /.test(text)) throw new Error(`Unexpected response: ${text.slice(0, 500)}`);
      text = text.slice(end + 4);
      answersLeft -= 1;
      if (answersLeft === 0) {
        head = null;
        received += text.length;
        return;
      }
      socket.write(request);
    }
    head = text;
  };
  let firstByteAt = 0;
  const onread = {
    buffer: Buffer.alloc(256 * 1024),
    callback: (length: number, buffer: Uint8Array) => {
      if (head !== null) takeHead(Buffer.from(buffer.subarray(0, length)).toString("latin1"));
      else received += length;
      if (firstByteAt === 0 && received > 0) firstByteAt = performance.now();
      return true;
    },
  };
  const socket = connect({ ...to, onread } as NetConnectOpts);
  await once(socket, "connect");
  const startedAt = performance.now();
  socket.write(connectLine ?? request);
  await once(socket, "close");
  if (received < bytes) throw new Error(`Received only ${received} of ${bytes} bytes.`);
  return { firstByteMs: firstByteAt - startedAt, transferMs: performance.now() - firstByteAt };
}

async function clone({ url, into }: Job & { kind: "git" }): Promise<Taken> {
  const startedAt = performance.now();
  const child = spawn("git", ["clone", "--quiet", "--bare", url, into], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(child, "exit");
  const transferMs = performance.now() - startedAt;
  if (code !== 0) throw new Error(`git clone exited with ${code}`);
  await rm(into, { recursive: true });
  return { firstByteMs: 0, transferMs };
}
