import { Agent, request } from "node:http";

export interface ApiClient {
  /** Returns the raw response body. Throws on any status other than 200. */
  get(path: string): Promise<string>;
  close(): void;
}

/** Opens a minimal client with persistent connections. The client adds little to the measured time. */
export function openApiClient(url: string, apiKey: string, connections: number): ApiClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url);
  const headers = { authorization: `Bearer ${apiKey}` };
  return {
    get: (path) =>
      new Promise((resolve, reject) => {
        const call = request({ agent, host: hostname, port, path, headers }, (response) => {
          const pieces: Buffer[] = [];
          response.on("data", (piece: Buffer) => pieces.push(piece));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(pieces).toString();
            if (response.statusCode === 200) resolve(text);
            else reject(new Error(`${path} returned ${response.statusCode}: ${text.slice(0, 500)}`));
          });
        });
        call.on("error", reject);
        call.end();
      }),
    close: () => agent.destroy(),
  };
}
