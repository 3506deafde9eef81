import type { Job } from "../core/base/index.ts";
import type { Ports } from "../core/ports.ts";
import { createFakeForge, type FakeForge } from "./fake-forge.ts";
import { type Served, serve } from "./test-server.ts";

/** Test server with an API key, and with in-memory forges that replace GitHub and GitLab. */
export interface IntegrationServer extends Served {
  readonly github: FakeForge;
  readonly gitlab: FakeForge;
  /** Jobs that the server added to the engine's queue. */
  readonly jobs: Job[];
  readonly warnings: string[];
  readonly key: string;
  call(line: string, body?: object, key?: string): Promise<{ status: number; body: Answer }>;
  /** Connects a forge and returns the ID of its integration. */
  addForge(body?: object): Promise<string>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests read the bodies of API responses and assert their shape.
type Answer = any;

export const publicUrl = "https://tembo.example";

export async function serveIntegrations(options: { publicUrl?: string } = {}): Promise<IntegrationServer> {
  const github = createFakeForge("github");
  const gitlab = createFakeForge("gitlab");
  const jobs: Job[] = [];
  const warnings: string[] = [];
  const note = (fields: object, message: string) =>
    void warnings.push(`${message} ${JSON.stringify(fields)}`);
  const served = await serve({
    publicUrl: options.publicUrl ?? publicUrl,
    parts: {
      engine: {
        enqueueTurn: async () => null,
        enqueueJob: async (_, job) => void jobs.push(job),
        noticeStop: async () => {},
        noticeSteering: async () => {},
      },
      forges: { github: github.adapter, gitlab: gitlab.adapter } as unknown as Ports["forges"],
      forgeSetups: { github: github.setup, gitlab: gitlab.setup },
      log: { info: note, warn: note, error: note },
    },
  });
  const key = await served.addKey(served.testStore.organizationId);
  const server: IntegrationServer = {
    ...served,
    github,
    gitlab,
    jobs,
    warnings,
    key,
    async call(line, body, otherKey) {
      const [method, path] = line.split(" ") as [string, string];
      const response = await served.ask(path, otherKey ?? key, {
        method,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { "content-type": "application/json" },
        }),
      });
      return { status: response.status, body: await response.json() };
    },
    async addForge(body = { type: "github", accessToken: "good" }) {
      github.accounts.set("good", "tembo-bot");
      gitlab.accounts.set("good", "tembo-bot");
      const created = await server.call("POST /v1/integrations", body);
      if (created.status !== 201) throw new Error(JSON.stringify(created.body));
      return created.body.integration.id;
    },
  };
  return server;
}
