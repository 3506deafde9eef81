import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface GitServer extends AsyncDisposable {
  readonly url: string;
  /** Authorization headers of all requests, in order. */
  readonly authorizations: (string | undefined)[];
}

/**
 * Starts a server that accepts pushes to the bare repository at `path` over smart HTTP. Rejects requests without an
 * `Authorization` header. If `path` is null, rejects all pushes.
 */
export async function startGitServer(path: string | null): Promise<GitServer> {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    if (request.headers.authorization === undefined) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    } else if (path === null) response.writeHead(403).end("no");
    else if (request.method === "GET") receivePack(path, ["--http-backend-info-refs"], request, response);
    else receivePack(path, [], request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authorizations,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function receivePack(
  path: string,
  args: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const isAdvertisement = args.length > 0;
  const kind = isAdvertisement ? "advertisement" : "result";
  response.writeHead(200, { "content-type": `application/x-git-receive-pack-${kind}` });
  if (isAdvertisement) response.write("001f# service=git-receive-pack\n0000");
  const child = spawn("git", ["receive-pack", "--stateless-rpc", ...args, path], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  request.pipe(child.stdin);
  child.stdout.pipe(response);
}
