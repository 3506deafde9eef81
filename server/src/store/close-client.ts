import type pg from "pg";

/** Closes the connection gracefully, and destroys it after a second. */
export async function closeClient(client: pg.Client): Promise<void> {
  const cut = setTimeout(() => streamOf(client).destroy(), 1000);
  await client.end().catch(() => undefined);
  clearTimeout(cut);
}

const streamOf = (client: pg.Client) =>
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
