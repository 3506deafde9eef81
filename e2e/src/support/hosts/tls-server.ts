import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A request that a server received, with unmodified headers. */
export interface SeenRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Starts an HTTPS server on a loopback address with its own certificate. Unless `answer` is set, it responds to every
 * request with the request's headers as JSON. Clients that must trust the server use `certificatePath`.
 */
export async function startTlsServer(
  address: string,
  answer = ({ headers }: IncomingMessage, response: ServerResponse): unknown =>
    response.end(JSON.stringify(headers)),
) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-tls-"));
  const [keyPath, certificatePath] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", `/CN=test at ${address}`, "-addext", `subjectAltName=IP:${address}`],
    ...["-keyout", keyPath, "-out", certificatePath],
  ]);
  const requests: SeenRequest[] = [];
  const server = createServer(
    { key: await readFile(keyPath), cert: await readFile(certificatePath) },
    (request, response) => {
      const { url = "", headers } = request;
      requests.push({ url, headers });
      answer(request, response);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return {
    place: `${address}:${(server.address() as AddressInfo).port}`,
    certificatePath,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
