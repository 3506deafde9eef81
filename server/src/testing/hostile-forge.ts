import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import {
  type ForgeCheck,
  type ForgeConnection,
  type RepositoryRef,
  renewAlone,
} from "../core/forges/index.ts";
import { type HostileForgeName, hostileApis, type NamedAddresses } from "./hostile-forge-apis.ts";

export type { HostileForgeName } from "./hostile-forge-apis.ts";
export const hostileForgeNames = Object.keys(hostileApis) as HostileForgeName[];

export interface Hit {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface HostileForge {
  readonly name: HostileForgeName;
  readonly url: string;
  /** URLs in the next responses. Each test replaces the URL that it tests. */
  readonly named: NamedAddresses;
  readonly hits: readonly Hit[];
  readonly connection: ForgeConnection;
  readonly repository: RepositoryRef;
  /** Job whose log the API redirects to `named.log`. */
  readonly job: ForgeCheck;
}

export const sha = "a".repeat(40);
export const lfsObject = { oid: "1".repeat(64), content: "an object of the forge" };
const lfsType = "application/vnd.git-lfs+json";

/**
 * Starts a fake forge API whose responses can contain any URL for a clone, a Git LFS object, a log redirect or the next page. Until a test replaces
 * them, all URLs are valid URLs of this server.
 */
export async function startHostileForge(t: TestContext, name: HostileForgeName): Promise<HostileForge> {
  const api = hostileApis[name];
  const hits: Hit[] = [];
  const server = createServer((request, response) => {
    const { method = "GET", headers } = request;
    hits.push({ method, url: request.url ?? "", headers });
    request.resume();
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    const reply = (status: number, body: unknown, more: Readonly<Record<string, string>> = {}) =>
      response
        .writeHead(status, { "content-type": "application/json", ...more })
        .end(typeof body === "string" ? body : JSON.stringify(body));
    if (pathname === "/own/log") return reply(200, "the log of the forge", { "content-type": "text/plain" });
    if (pathname === "/own/object")
      return reply(200, lfsObject.content, { "content-type": "application/octet-stream" });
    if (pathname.endsWith("/info/lfs/objects/batch")) {
      const actions = { download: { href: named.lfsObject } };
      const { oid, content } = lfsObject;
      const body = { transfer: "basic", objects: [{ oid, size: content.length, actions }] };
      return reply(200, body, { "content-type": lfsType });
    }
    if (pathname === api.logPath) return reply(302, "", { location: named.log });
    const page = Number(searchParams.get("page") ?? 1);
    const found = pathname.startsWith(api.path)
      ? api.answer(pathname.slice(api.path.length), { url, page, named })
      : null;
    if (found === null) return reply(404, { message: "not found", error: { message: "not found" } });
    const link = page === 1 ? { link: `<${named.nextPage}>; rel="next"` } : {};
    return reply(200, found, link);
  });
  const url = await listen(t, server, "127.0.0.1");
  const named: NamedAddresses = {
    cloneUrl: `${url}/acme/app.git`,
    lfsObject: `${url}/own/object`,
    log: `${url}/own/log`,
    nextPage: `${url}${api.path}${api.listPath}?page=2`,
  };
  return {
    name,
    url,
    named,
    hits,
    connection: {
      webUrl: url,
      apiUrl: `${url}${api.path}`,
      credential: { type: "token", token: "very-secret-token", username: null },
      renew: renewAlone,
    },
    repository: { id: "repository-0", owner: "acme", name: "app", externalId: "1" },
    job: { id: api.jobId, kind: "job", name: "build", state: "failed", url: null, summary: null },
  };
}

/** Starts a service to which no forge may direct the server. The service responds to every request and records it. */
export async function startBystander(t: TestContext) {
  const hits: Hit[] = [];
  const server = createServer((request, response) => {
    hits.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers });
    request.resume();
    response.writeHead(200, { "content-type": "text/plain" }).end("the secret of a bystander");
  });
  return { url: await listen(t, server, "127.0.0.2"), hits };
}

async function listen(t: TestContext, server: Server, address: string): Promise<string> {
  server.listen(0, address);
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://${address}:${(server.address() as AddressInfo).port}`;
}
