import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { createEmulator } from "emulate";
import { type ForgeConnection, renewAlone, type WebhookRequest } from "../../../core/forges/index.ts";
import { freePort } from "../../../testing/free-port.ts";

export const webhookSecret = "a-secret-of-the-app-0123456789";

/**
 * Starts a third-party GitHub emulator with an App "tembo" that is installed in octocat/app. The emulator sends signed webhooks to the
 * test.
 */
export async function startEmulatedApp(t: TestContext) {
  const deliveries: WebhookRequest[] = [];
  const listener = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    deliveries.push({ headers, body: Buffer.concat(chunks) });
    response.writeHead(202).end();
  });
  const webhookPort = await listen(listener);
  t.after(() => void listener.close());
  const port = await freePort();
  const emulator = await createEmulator({
    service: "github",
    port,
    baseUrl: `http://127.0.0.1:${port}`,
    seed: {
      tokens: { person: { login: "octocat", scopes: ["repo"] } },
      github: {
        users: [{ login: "octocat" }],
        repos: [{ owner: "octocat", name: "app", auto_init: true }],
        apps: [
          {
            app_id: 12345,
            slug: "tembo",
            name: "Tembo",
            permissions: {
              actions: "read",
              contents: "write",
              issues: "write",
              metadata: "read",
              pull_requests: "write",
            },
            events: ["issues", "issue_comment", "pull_request"],
            webhook_url: `http://127.0.0.1:${webhookPort}`,
            webhook_secret: webhookSecret,
            installations: [{ installation_id: 100, account: "octocat" }],
          },
        ],
      },
    },
  });
  t.after(() => emulator.close());
  const privateKey =
    emulator.generatedSecrets.find(({ kind }) => kind === "github.app_private_key")?.value ?? "";
  return {
    deliveries,
    privateKey,
    connection: (key = privateKey): ForgeConnection => ({
      webUrl: emulator.url,
      apiUrl: emulator.url,
      credential: {
        type: "githubApp",
        appId: "12345",
        slug: "tembo",
        privateKey: key,
        clientId: "",
        clientSecret: "",
        installationId: "100",
      },
      renew: renewAlone,
    }),
    /** Opens an issue as a user, without the adapter, and returns its number. */
    openIssue: async (title: string): Promise<number> => {
      const response = await fetch(`${emulator.url}/repos/octocat/app/issues`, {
        method: "POST",
        headers: { authorization: "Bearer person", "content-type": "application/json" },
        body: JSON.stringify({ title }),
      });
      if (!response.ok) throw new Error(`status ${response.status}`);
      return ((await response.json()) as { number: number }).number;
    },
  };
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
