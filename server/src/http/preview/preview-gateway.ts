import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { AppError } from "../../core/base/index.ts";
import type { Ports } from "../../core/ports.ts";
import {
  challengeOf,
  type HeldConnection,
  PreviewConnections,
  parseHostLabel,
  parsePreviewHost,
  previewEntryPath,
  previewOrigin,
  redeemPreviewCode,
  urlWithin,
} from "../../core/turns/index.ts";
import { onAbort } from "../../runtime/on-abort.ts";
import { forwardRequest as passRequestOn } from "../forwarding/forward-request.ts";
import { forwardSocket as passSocketOn } from "../forwarding/forward-socket.ts";
import type { Forwarding } from "../forwarding/forwarding.ts";
import { decideSource } from "./decide-source.ts";
import type { PreviewOrigins } from "./forward-headers.ts";
import { defaultForwardLimits, type ForwardLimits, forwardRequest } from "./forward-request.ts";
import { forwardSocket, rejection } from "./forward-socket.ts";
import { GrantCache, type GrantedAccess } from "./grant-cache.ts";
import { previewCookies } from "./preview-cookies.ts";
import type { PreviewClient, PreviewFailures } from "./preview-failures.ts";
import { absencePage, type PreviewPage, pages, sendPreviewPage, unreachablePage } from "./preview-page.ts";

/** Paths on each preview's host that the program never receives. */
const ownPaths = "/.tembo/";
const maxReturnPath = 2_000;

export interface PreviewGatewayOptions {
  readonly ports: Ports;
  readonly failures: PreviewFailures;
  readonly clientAddress: (request: IncomingMessage) => string;
  /** Connections to the other processes of the installation. */
  readonly forwarding: Forwarding;
  readonly limits?: Partial<ForwardLimits> | undefined;
}

/** Serves the host names of previews. No other part of the server serves them, and they serve nothing else. */
export interface PreviewGateway {
  /** True if the request's host is in the preview domain. */
  owns(request: IncomingMessage): boolean;
  serve(request: IncomingMessage, response: ServerResponse): void;
  serveSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes all connections to programs. */
  close(): void;
}

/** Forwards a request to the program over its connection, or passes it on to the process that runs the sandbox. */
interface Forward {
  toProgram(held: HeldConnection, origins: PreviewOrigins): void;
  toProcess(connection: Duplex): Promise<void> | void;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly origins: PreviewOrigins;
}

export function createPreviewGateway(options: PreviewGatewayOptions): PreviewGateway {
  const { ports, failures, forwarding, clientAddress } = options;
  const { settings, log } = ports;
  const limits = { ...defaultForwardLimits, ...options.limits };
  const grants = new GrantCache(ports, limits.accessFreshMs);
  const connections = new PreviewConnections(ports);
  const closing = new AbortController();

  function originsOf(request: IncomingMessage): PreviewOrigins | null {
    const hostLabel = parsePreviewHost(request.headers.host, settings.previewDomain);
    if (hostLabel === null || hostLabel === "" || request.headersDistinct.host?.length !== 1) return null;
    const originOf = (label: string) => previewOrigin(settings, label);
    return {
      hostLabel,
      origin: originOf(hostLabel),
      originOf,
      dashboardOrigin: new URL(settings.publicUrl).origin,
    };
  }

  /** Responds to the request unless the browser has access. Returns the access, or null if it responded. */
  async function admit({ request, response, origins }: Exchange): Promise<GrantedAccess | null> {
    const refuse = (page: PreviewPage) => {
      sendPreviewPage(request, response, page);
      return null;
    };
    const path = request.url ?? "";
    // Node emits the request before it rejects the framing.
    const coding = request.headersDistinct["transfer-encoding"] ?? ["chunked"];
    if (!path.startsWith("/") || coding.join().toLowerCase() !== "chunked") return refuse(pages.badRequest);
    const isSession = (origin: string) => isOriginOfSession(origin, origins);
    const source = decideSource({ method: request.method ?? "", headers: request.headers }, isSession);
    if (source === "preflight") return answerPreflight(request, response);
    if (source === "refuse") return refuse(pages.otherPage);
    if (path.startsWith(ownPaths)) {
      await enter({ request, response, origins });
      return null;
    }
    const { tokens } = cookiesOf(request);
    const client = clientOf(request, origins);
    const admitted = failures.admitted(client, tokens);
    const access = await grants.find(admitted, origins.hostLabel);
    if (access !== null) {
      failures.noteGood(origins.hostLabel, access.token);
      return access;
    }
    if (admitted.length < tokens.length) return refuse(pages.tooMany);
    if (tokens.length > 0) failures.noteBad(client);
    sendToDashboard({ request, response, origins });
    return null;
  }

  function clientOf(request: IncomingMessage, { hostLabel }: PreviewOrigins): PreviewClient {
    return { address: clientAddress(request), hostLabel };
  }

  function cookiesOf(request: IncomingMessage) {
    return previewCookies(request, settings.publicUrl.startsWith("https:"));
  }

  /** Exchanges the code in the URL for the cookie, and removes the code from the URL. */
  async function enter({ request, response, origins }: Exchange): Promise<void> {
    const url = new URL(request.url ?? "", origins.origin);
    if (url.pathname !== previewEntryPath || request.method !== "GET")
      return void sendPreviewPage(request, response, pages.notFound);
    const cookies = cookiesOf(request);
    const code = url.searchParams.get("code") ?? "";
    const client = clientOf(request, origins);
    if (failures.admitted(client, [code]).length === 0)
      return void sendPreviewPage(request, response, pages.tooMany);
    const grant = await redeemPreviewCode(ports, {
      hostLabel: origins.hostLabel,
      code,
      secret: cookies.secret,
    });
    if (grant === null) {
      failures.noteBad(client);
      return void sendPreviewPage(request, response, pages.expiredLink);
    }
    failures.noteGood(origins.hostLabel, grant.token);
    cookies.setGrant(response, grant.token, grant.maxAgeMs);
    redirect(response, urlWithin(origins.origin, url.searchParams.get("path") ?? "/"));
  }

  function sendToDashboard({ request, response, origins }: Exchange): void {
    const isPage = request.method === "GET" && (request.headers.accept ?? "").includes("text/html");
    if (!isPage) return void sendPreviewPage(request, response, pages.signInNeeded);
    const path = urlWithin(origins.origin, request.url ?? "/").slice(origins.origin.length);
    // The dashboard does not allow frames.
    if (request.headers["sec-fetch-dest"] === "iframe")
      return void sendPreviewPage(request, response, {
        ...pages.signInNeeded,
        link: { href: `${origins.origin}${path}`, label: "Open in a new tab" },
      });
    const url = new URL("/preview", settings.publicUrl);
    url.searchParams.set("host", new URL(origins.origin).host);
    url.searchParams.set("path", path.length > maxReturnPath ? "/" : path);
    url.searchParams.set("challenge", challengeOf(cookiesOf(request).ensureSecret(response)));
    redirect(response, url.href);
  }

  async function connect(
    { request, response, origins }: Exchange,
    access: GrantedAccess,
  ): Promise<HeldConnection | Duplex | null> {
    const left = new AbortController();
    const leave = () => left.abort();
    const signal = AbortSignal.any([left.signal, closing.signal]);
    request.socket.once("close", leave);
    // The browser may have left while its access was checked.
    if (request.socket.destroyed) leave();
    try {
      const held = await connections.open(access, signal);
      if (typeof held !== "string") return held;
      const process = held === "elsewhere" ? await connectToProcess(request, access, signal) : null;
      if (process !== null) return process;
      const { port } = parseHostLabel(origins.hostLabel);
      sendPreviewPage(request, response, absencePage(held, port));
      return null;
    } catch (cause) {
      if (!(cause instanceof AppError && cause.code === "conflict") && !signal.aborted) throw cause;
      const page = signal.aborted ? pages.failed : unreachablePage((cause as AppError).message);
      sendPreviewPage(request, response, page);
      return null;
    } finally {
      request.socket.removeListener("close", leave);
    }
  }

  /** Connects to the process that runs the sandbox, which checks the access again. Returns null if there is none. */
  async function connectToProcess(
    request: IncomingMessage,
    { preview }: GrantedAccess,
    signal: AbortSignal,
  ): Promise<Duplex | null> {
    if (forwarding.isForwarded(request.socket)) return null;
    return forwarding.connectToSession(preview.sessionId, clientAddress(request), signal);
  }

  /** Closes the connection when the browser loses its access, or when the server closes. */
  function guard({ connection }: HeldConnection, { token, preview }: GrantedAccess): void {
    const closed = onAbort(closing.signal, () => connection.destroy());
    const timer = setInterval(() => {
      grants.check(token, preview.hostLabel).then(
        (access) => {
          if (access === null) connection.destroy();
        },
        (cause: unknown) => log.warn({ err: cause }, "the access to a preview could not be checked"),
      );
    }, limits.accessCheckMs);
    connection.once("close", () => {
      clearInterval(timer);
      closed();
    });
  }

  async function answer(
    { request, response }: Pick<Exchange, "request" | "response">,
    forward: Forward,
  ): Promise<void> {
    try {
      const origins = originsOf(request);
      if (origins === null) return void sendPreviewPage(request, response, pages.notFound);
      const exchange = { request, response, origins };
      const access = await admit(exchange);
      const held = access && (await connect(exchange, access));
      if (access === null || held === null) return;
      if (!("connection" in held)) {
        held.once(
          "close",
          onAbort(closing.signal, () => held.destroy()),
        );
        return await forward.toProcess(held);
      }
      guard(held, access);
      forward.toProgram(held, origins);
    } catch (cause) {
      log.warn({ err: cause }, "a preview could not be served");
      if (response.headersSent) response.destroy();
      else sendPreviewPage(request, response, pages.failed);
    }
  }

  return {
    owns: ({ headers }) => parsePreviewHost(headers.host, settings.previewDomain) !== null,
    serve(request, response) {
      void answer(
        { request, response },
        {
          toProgram: ({ connection }, origins) =>
            forwardRequest({ request, response }, connection, origins, limits),
          toProcess: (connection) => passRequestOn({ request, response }, connection),
        },
      );
    },
    serveSocket(request, socket, head) {
      // A "close" event follows.
      socket.on("error", () => {});
      const response = rejection(request, socket, limits);
      void answer(
        { request, response },
        {
          toProgram: ({ connection }, origins) =>
            forwardSocket({ request, socket, head, response }, connection, origins, limits),
          toProcess: (connection) => {
            response.detachSocket(socket as Socket);
            passSocketOn({ request, socket, head }, connection);
          },
        },
      );
    },
    close: () => closing.abort(),
  };
}

function isOriginOfSession(origin: string, { hostLabel, originOf }: PreviewOrigins): boolean {
  const port = /^https?:\/\/(\d{1,5})-/.exec(origin)?.[1];
  return port !== undefined && origin === originOf(parseHostLabel(hostLabel).sibling(Number(port)));
}

/** Allows a page of the session to send its request. The program then decides whether the page may read the response. */
function answerPreflight({ headers }: IncomingMessage, response: ServerResponse): null {
  response.writeHead(204, {
    "access-control-allow-origin": headers.origin,
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": headers["access-control-request-method"],
    ...(headers["access-control-request-headers"] !== undefined && {
      "access-control-allow-headers": headers["access-control-request-headers"],
    }),
    vary: "origin",
  });
  response.end();
  return null;
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, "referrer-policy": "no-referrer", "cache-control": "no-store" });
  response.end();
}
