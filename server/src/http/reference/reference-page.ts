import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { openApiText } from "./openapi-routes.ts";

/**
 * Content security policy. It allows no scripts, fonts or images from other hosts, and requests only to this server. It allows inline
 * styles, because Scalar inserts its styles into the page.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Returns a page with relative URLs, so that it works under any path prefix. Its scripts are in the folder `scripts`, which ends with "/". */
const createPage = (scripts: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tembo API</title>
<link rel="icon" href="data:,">
</head>
<body>
<div id="reference"></div>
<script src="${scripts}scalar.js"></script>
<script src="${scripts}start.js"></script>
</body>
</html>
`;

/**
 * Script with the options from https://scalar.com/products/api-references/configuration. All features that would send a request to another
 * host are turned off.
 */
const start = `Scalar.createApiReference("#reference", ${JSON.stringify({
  url: "openapi.json",
  proxyUrl: "",
  telemetry: false,
  withDefaultFonts: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: "never",
  hideClientButton: true,
  persistAuth: false,
  authentication: { preferredSecurityScheme: "bearer" },
})});
`;

/** Serves the interactive API reference at `/docs`. */
export function referencePageRoutes(app: FastifyInstance): void {
  const page = createPage("docs/");
  app.get("/docs", async (_request, reply) =>
    reply.header("content-security-policy", policy).type("text/html; charset=utf-8").send(page),
  );
  app.get("/docs/start.js", async (_request, reply) => sendScript(reply, start));
  app.get("/docs/scalar.js", async (_request, reply) => sendScript(reply, await scalarScript()));
}

/** Returns the files of the API reference for a web host, by their names in one folder. */
export async function referenceFiles(): Promise<Record<string, string>> {
  return {
    "index.html": createPage(""),
    "scalar.js": await scalarScript(),
    "start.js": start,
    "openapi.json": openApiText(),
  };
}

function sendScript(reply: FastifyReply, text: string): FastifyReply {
  return reply
    .header("cache-control", "private, max-age=3600")
    .type("text/javascript; charset=utf-8")
    .send(text);
}

let script: Promise<string> | undefined;

/** Returns Scalar's bundle, which its Fastify plugin contains as a string of several megabytes. The first request loads it. */
function scalarScript(): Promise<string> {
  script ??= readScript();
  return script;
}

async function readScript(): Promise<string> {
  const { default: scalar } = await import("@scalar/fastify-api-reference");
  const app = Fastify();
  try {
    await app.register(scalar, { routePrefix: "/", configuration: { url: "openapi.json" } });
    return (await app.inject("/js/scalar.js")).payload;
  } finally {
    await app.close();
  }
}
