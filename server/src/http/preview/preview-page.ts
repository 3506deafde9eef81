import type { IncomingMessage, ServerResponse } from "node:http";
import type { PreviewAbsence } from "../../core/turns/index.ts";
import { securityHeaders } from "../security-headers.ts";

/** A page that Tembo shows at a preview's address instead of the program. It contains no script. */
export interface PreviewPage {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  /** Link to follow, which opens in a new tab. */
  readonly link?: { readonly href: string; readonly label: string };
  readonly retryAfterSeconds?: number;
}

export const pages = {
  notFound: {
    status: 404,
    title: "No preview here",
    text: "This address does not belong to a preview. Open the preview from its session.",
  },
  badRequest: {
    status: 400,
    title: "The request is not valid",
    text: "A preview accepts only requests for a path on its own host. Correct the address.",
  },
  expiredLink: {
    status: 410,
    title: "This link no longer works",
    text: "A link to a preview works once, for one minute, in the browser that requested it. Open the preview again. If this page returns, allow cookies for this address.",
  },
  signInNeeded: {
    status: 401,
    title: "You do not have access to this preview",
    text: "Sign in to Tembo, or use a share link that has not expired. Then open the preview again.",
  },
  otherPage: {
    status: 403,
    title: "Another page sent this request",
    text: "A preview accepts requests only from pages of its own session. Open its address directly.",
  },
  tooMany: {
    status: 429,
    title: "Too many requests without access",
    text: "Your network sent too many requests without valid access. Wait a minute, then open the preview again.",
    retryAfterSeconds: 60,
  },
  badResponse: {
    status: 502,
    title: "The program sent no valid response",
    text: "The program closed the connection early, sent something other than HTTP, or sent headers that are too long. Check its log.",
  },
  late: {
    status: 504,
    title: "The program did not respond in time",
    text: "The program accepted the request, but did not respond. Check its log, then reload this page.",
  },
  failed: {
    status: 503,
    title: "Tembo cannot show this preview now",
    text: "Reload this page in a moment. If this page returns, ask the server's operator to check its log.",
    retryAfterSeconds: 5,
  },
} as const satisfies Readonly<Record<string, PreviewPage>>;

/** Returns the page for a sandbox on a machine that cannot be reached. */
export const unreachablePage = (text: string): PreviewPage => ({
  status: 503,
  title: "The machine that runs this sandbox cannot be reached",
  text,
  retryAfterSeconds: 5,
});

/** Returns the page for a program that cannot be reached. */
export function absencePage(absence: PreviewAbsence, port: number): PreviewPage {
  switch (absence) {
    case "silent":
      return {
        status: 502,
        title: `Nothing listens on port ${port}`,
        text: `No program in the sandbox accepts connections on port ${port} of its loopback interface. Start the program, then reload this page.`,
      };
    case "stopped":
      return {
        status: 503,
        title: "The sandbox is stopped",
        text: "It starts with the next message to the session. The program must then be started again.",
      };
    case "paused":
      return {
        status: 503,
        title: "The sandbox is paused",
        text: "Tembo commits the turn's work at the moment. Reload this page in a few seconds.",
        retryAfterSeconds: 3,
      };
    case "elsewhere":
      return {
        status: 503,
        title: "The sandbox is not ready",
        text: "Its turn is still being prepared, or its machine is stopping. Reload this page in a few seconds.",
        retryAfterSeconds: 5,
      };
    case "busy":
      return {
        status: 503,
        title: "Too many open connections",
        text: "This session or this person has 256 open connections to previews. Close other tabs, then reload this page.",
        retryAfterSeconds: 5,
      };
  }
}

/** Sends a page, as HTML to a browser that opens it, and as text to every other client. */
export function sendPreviewPage(request: IncomingMessage, response: ServerResponse, page: PreviewPage): void {
  const isHtml = (request.headers.accept ?? "").includes("text/html");
  const body = isHtml ? html(page) : `${page.title}. ${page.text}\n`;
  const { "content-security-policy": _, "cross-origin-resource-policy": __, ...common } = securityHeaders;
  if (page.retryAfterSeconds !== undefined) response.setHeader("retry-after", page.retryAfterSeconds);
  response.writeHead(page.status, {
    ...common,
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "content-type": `${isHtml ? "text/html" : "text/plain"}; charset=utf-8`,
    "content-length": Buffer.byteLength(body),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

function html({ title, text, link }: PreviewPage): string {
  const anchor =
    link === undefined
      ? ""
      : `<p><a href="${escapeHtml(link.href)}" target="_blank" rel="noopener noreferrer">${escapeHtml(link.label)}</a></p>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem;color-scheme:light dark}h1{font-size:1.25rem}</style>
<main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>${anchor}</main>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
