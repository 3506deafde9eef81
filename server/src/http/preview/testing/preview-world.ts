import { once } from "node:events";
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  request,
} from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import type { Preview, PreviewLink, PreviewShareWithUrl } from "@tembo/contract";
import { AppError } from "../../../core/base/index.ts";
import type { Sandbox } from "../../../core/turns/index.ts";
import { stubWarmSandboxes } from "../../../testing/stub-warm-sandboxes.ts";
import { serve } from "../../../testing/test-server.ts";
import type { HttpOptions } from "../../server.ts";
import type { ForwardLimits } from "../forward-request.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

/**
 * Starts a server with a session whose sandbox runs. A connection to a port of the sandbox is a TCP connection to this
 * machine's port.
 */
export async function startPreviewWorld(
  previewLimits: Partial<ForwardLimits> = {},
  dashboardFolder?: string,
  options: Pick<HttpOptions, "rateLimiter" | "limits"> = {},
) {
  const connectTo = async (port: number, signal: AbortSignal) => {
    const socket = connect({ port, host: "127.0.0.1", signal });
    await once(socket, "connect").catch((cause: unknown) => {
      throw new AppError("unavailable", "Nothing listens.", { cause });
    });
    return socket;
  };
  const sandbox = { connect: connectTo as Sandbox["connect"] };
  const warmSandboxes = stubWarmSandboxes({ sandbox });
  const parts = { warmSandboxes };
  const served = await serve({
    ...options,
    parts,
    previewLimits: { accessFreshMs: 0, ...previewLimits },
    ...(dashboardFolder !== undefined && { dashboardFolder }),
  });
  const { port } = served.app.server.address() as AddressInfo;
  const publicUrl = `http://localhost:${port}`;
  // The port is known only now.
  Object.assign(served.ports.settings, { publicUrl });
  const { testStore } = served;
  const ownKey = await served.addKey(testStore.organizationId);
  const { id: sessionId } = await testStore.addSession();
  const programs: Server[] = [];

  async function callApi<T>(
    path: string,
    key: string | undefined,
    method: string,
    body?: object,
  ): Promise<T> {
    const headers = { "content-type": "application/json" };
    const response = await served.ask(path, key, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers }),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
  const publish = (programPort: number, ofSession = sessionId) =>
    callApi<Preview>(`/v1/sessions/${ofSession}/previews`, ownKey, "POST", {
      port: programPort,
      name: "web",
    });

  /** Sends a request to the server with this host, as a browser does after it has resolved the name. */
  async function ask(address: string, { method = "GET", headers = {}, body }: Ask = {}): Promise<Answer> {
    const url = new URL(address);
    const sent = request({
      port,
      host: "127.0.0.1",
      method,
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, connection: "close", ...headers } as Record<string, string>,
    });
    sent.end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    // The server may close the connection before it has read the body.
    sent.on("error", () => {});
    return { status: response.statusCode!, headers: response.headers, text: await text(response) };
  }

  /** Opens a preview with a new link, and returns the cookie that the browser then has. */
  async function enter(preview: Pick<Preview, "url">, key = ownKey): Promise<string> {
    const { url } = await open(preview, key);
    return cookieOf(await ask(url));
  }
  const open = (preview: Pick<Preview, "url">, key = ownKey, path = "/") =>
    callApi<PreviewLink>("/v1/previews/open", key, "POST", { host: new URL(preview.url).host, path });

  return {
    ...served,
    sandbox,
    warmSandboxes,
    port,
    publicUrl,
    sessionId,
    ownKey,
    callApi,
    publish,
    ask,
    open,
    enter,
    share: ({ id }: Preview, expiresInMinutes = 60) =>
      callApi<PreviewShareWithUrl>(`/v1/sessions/${sessionId}/previews/${id}/shares`, ownKey, "POST", {
        expiresInMinutes,
      }),
    /** Starts an HTTP server, as a program in the sandbox, and returns its port. */
    run: async (listener: RequestListener): Promise<number> => start(createHttpServer(listener)),
    /** Starts a program that handles the bytes of each connection itself. */
    runRaw: async (onConnection: (socket: Socket) => void): Promise<number> =>
      start(createServer((socket) => onConnection(socket.on("error", () => {})))),
    start,
    [Symbol.asyncDispose]: async () => {
      await served.close();
      for (const program of programs) program.close();
    },
  };

  async function start(program: Server): Promise<number> {
    programs.push(program);
    program.listen(0, "127.0.0.1");
    await once(program, "listening");
    return (program.address() as AddressInfo).port;
  }
}

export type PreviewWorld = Awaited<ReturnType<typeof startPreviewWorld>>;

/** Returns the cookies that a response sets, for the `Cookie` header. */
export function cookieOf({ headers }: Answer): string {
  return (headers["set-cookie"] ?? []).map((cookie) => cookie.split(";")[0]!).join("; ");
}
