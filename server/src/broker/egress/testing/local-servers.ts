import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server, Socket } from "node:net";
import type { TestContext } from "node:test";
import type { CertificateAuthority } from "../../../core/access/index.ts";
import { writeLeaf } from "../certificate/certificate.ts";
import { createCertificateAuthority } from "../certificate/certificate-authority.ts";
import { createLeafCertificates } from "../certificate/leaf-certificates.ts";

export interface LocalServer {
  readonly port: number;
  readonly seen: { readonly request: IncomingMessage; readonly body: string }[];
}

/** Starts an HTTP server on the loopback interface. By default, it responds with "hello". */
export function serveHttp(
  t: TestContext,
  answer: RequestListener = hello,
  host = "127.0.0.1",
): Promise<LocalServer> {
  return serve(t, (listener) => createServer(listener), answer, host);
}

/**
 * Starts a server like `serveHttp`, but with TLS and a certificate for the name that the client requests. Returns the authority that signs the
 * certificates as well.
 */
export async function serveTls(
  t: TestContext,
  answer: RequestListener = hello,
): Promise<LocalServer & { readonly authority: CertificateAuthority }> {
  const authority = await createCertificateAuthority("upstream");
  const leafs = createLeafCertificates(authority);
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signer = { ...authority, privateKey: createPrivateKey(authority.privateKey) };
  const validity = { from: new Date(), until: new Date(Date.now() + 86_400_000) };
  const options = {
    // Certificate for clients that send no server name.
    key: privateKey.export({ type: "pkcs8", format: "pem" }),
    cert: writeLeaf("127.0.0.1", privateKey, signer, validity),
    SNICallback: (name: string, done: (error: null, context: ReturnType<typeof leafs.contextFor>) => void) =>
      done(null, leafs.contextFor(name)),
  };
  const server = await serve(t, (listener) => createTlsServer(options, listener), answer, "127.0.0.1");
  return { ...server, authority };
}

const hello: RequestListener = (_request, response) => response.end("hello");

async function serve(
  t: TestContext,
  create: (listener: RequestListener) => Server,
  answer: RequestListener,
  host: string,
): Promise<LocalServer> {
  const seen: { request: IncomingMessage; body: string }[] = [];
  const sockets = new Set<Socket>();
  const server = create((request, response) => {
    const entry = { request, body: "" };
    seen.push(entry);
    request.on("data", (chunk) => (entry.body += chunk));
    answer(request, response);
  });
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.listen(0, host);
  await once(server, "listening");
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, seen };
}
