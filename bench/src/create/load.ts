import { Agent, request } from "node:http";

export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
  readonly durationMs: number;
}

/**
 * Posts the same body repeatedly over persistent connections. Each connection waits for the response before it sends
 * the next request. Returns the responses per second. Throws on any status other than 2xx.
 */
export async function measureRate({ url, headers, body, connections, durationMs }: Load): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const target = new URL(url);
  const payload = Buffer.from(body);
  const options = {
    agent,
    host: target.hostname,
    port: target.port,
    path: target.pathname,
    method: "POST",
    headers: { ...headers, "content-type": "application/json", "content-length": payload.length },
  };
  const startedAt = performance.now();
  const deadline = startedAt + durationMs;
  let answers = 0;
  const post = () =>
    new Promise<void>((resolve, reject) => {
      const call = request(options, (response) => {
        const status = response.statusCode ?? 0;
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          if (status >= 300) text += chunk;
        });
        response.on("error", reject);
        response.on("end", () => {
          if (status >= 300) reject(new Error(`${url} returned ${status}: ${text.slice(0, 500)}`));
          else resolve();
        });
      });
      call.on("error", reject);
      call.end(payload);
    });
  const connection = async () => {
    while (performance.now() < deadline) {
      await post();
      answers += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, connection));
    return (answers * 1000) / (performance.now() - startedAt);
  } finally {
    agent.destroy();
  }
}
