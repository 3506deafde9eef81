import { readFile } from "node:fs/promises";
import { createServer, request as forward } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join, normalize } from "node:path";
import { chromium } from "playwright-core";
import type { InstalledSdk } from "./install-sdk.ts";

interface Use {
  readonly sdk: InstalledSdk;
  readonly asked: { readonly baseURL: string; readonly apiKey: string; readonly sessionId: string };
}

/**
 * Runs `useSdk` in a page and in a worker of that page. Both are served from the API's origin, because the API rejects
 * requests from pages of other origins.
 */
export async function useInBrowser(executablePath: string, { sdk, asked }: Use) {
  const site = await startSite(sdk.project, asked.baseURL);
  // Chromium's own sandbox does not work as root. The page is trusted.
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`${site.url}/site/page.html`);
    // The code is a string, because it runs in the page, whose globals differ from those of a test.
    const call = (code: string): Promise<unknown> => page.evaluate(code);
    const options = JSON.stringify({ ...asked, baseURL: site.url });
    return {
      page: await call(`(async () => {
        const { Tembo } = await import("/site/node_modules/@tembo-io/sdk/esm/index.js");
        const { useSdk } = await import("/site/use-sdk.mjs");
        return useSdk(Tembo, ${options});
      })()`),
      worker: await call(`new Promise((resolve, reject) => {
        const worker = new Worker("/site/worker.mjs", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(${options});
      })`),
    };
  } finally {
    await browser.close();
    site.close();
  }
}

const types: Readonly<Record<string, string>> = {
  html: "text/html",
  js: "text/javascript",
  mjs: "text/javascript",
};

/** The code is a string, because only the browser can resolve its import. */
const workerCode = `import { Tembo } from "./node_modules/@tembo-io/sdk/esm/index.js";
import { useSdk } from "./use-sdk.mjs";
addEventListener("message", async ({ data }) => {
  postMessage(await useSdk(Tembo, data).catch(({ message }) => ({ message })));
});
`;

/**
 * Serves the files of a folder below `/site/` and forwards all other requests, including WebSocket upgrades, to the
 * server.
 */
async function startSite(folder: string, target: string) {
  const server = createServer(async (message, response) => {
    const path = normalize(new URL(message.url ?? "/", "http://x").pathname);
    if (path === "/site/page.html") {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>SDK</title>");
    } else if (path === "/site/worker.mjs") {
      response.writeHead(200, { "content-type": "text/javascript" }).end(workerCode);
    } else if (path.startsWith("/site/")) {
      const text = await readFile(join(folder, path.slice("/site/".length)));
      response.writeHead(200, { "content-type": types[path.split(".").at(-1)!] ?? "text/plain" }).end(text);
    } else {
      const { method, url, headers } = message;
      const onward = forward(new URL(url ?? "/", target), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      response.on("close", () => onward.destroy());
      message.pipe(onward);
    }
  });
  server.on("upgrade", ({ method, url, rawHeaders }, socket) => {
    const { hostname, port } = new URL(target);
    const onward = connect(Number(port), hostname);
    const lines = rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
    onward.write(`${method} ${url} HTTP/1.1\r\n${lines.join("")}\r\n`);
    onward.on("error", () => socket.destroy()).pipe(socket);
    socket.on("error", () => onward.destroy()).pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
