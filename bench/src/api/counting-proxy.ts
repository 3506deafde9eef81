import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageCounter } from "./message-counter.ts";

export interface CountingProxy extends AsyncDisposable {
  /** Connection URL of the same database through the proxy. */
  readonly url: string;
  /** Returns the number of statements that passed the proxy. */
  executed(): number;
}

/** Opens a Unix socket that forwards connections to the PostgreSQL of this URL, and counts their statements. */
export async function openCountingProxy(databaseUrl: string): Promise<CountingProxy> {
  const target = new URL(databaseUrl);
  const name = `.s.PGSQL.${target.port}`;
  const folder = await mkdtemp(join(tmpdir(), "tembo-bench-proxy-"));
  const counters: MessageCounter[] = [];
  const server = createServer((client) => {
    const counter = new MessageCounter();
    counters.push(counter);
    const database = connect(join(target.searchParams.get("host")!, name));
    client.on("data", (chunk: Buffer) => counter.add(chunk));
    client.pipe(database).pipe(client);
    const end = () => {
      client.destroy();
      database.destroy();
    };
    client.on("error", end).on("close", end);
    database.on("error", end).on("close", end);
  });
  await new Promise<void>((resolve) => server.listen(join(folder, name), resolve));
  const url = new URL(databaseUrl);
  url.searchParams.set("host", folder);
  return {
    url: url.href,
    executed: () => counters.reduce((sum, { executed }) => sum + executed, 0),
    [Symbol.asyncDispose]: async () => {
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}
