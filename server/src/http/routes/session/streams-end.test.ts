import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { serve } from "../../../testing/test-server.ts";
import { createHttpServer } from "../../server.ts";

const notice = (key: string) => [{ key, messageId: null, data: { type: "notice" as const, message: key } }];

/** Reads the whole stream. `isWhole` is true if the stream ended without an error. */
async function readAll(response: Response): Promise<{ text: string; isWhole: boolean }> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of response.body!) text += decoder.decode(chunk, { stream: true });
  } catch {
    return { text, isWhole: false };
  }
  return { text, isWhole: true };
}

test("ends each stream cleanly when the server stops, so that the next one resumes after the last event", async () => {
  const served = await serve();
  const { testStore, ports } = served;
  const key = await served.addKey(testStore.organizationId);
  const { id } = await testStore.addSession();
  const path = `/v1/sessions/${id}/events/stream`;
  const streams = await Promise.all(
    ["", "/api/public-api"].map((prefix) =>
      served.ask(`${prefix}${path}`, key, { headers: { "last-event-id": "0" } }),
    ),
  );
  const read = streams.map(readAll);
  await testStore.store.events.append(id, null, notice("before"));
  const watched = await served.ask(path, key, { headers: { "last-event-id": "0" } });
  const reader = watched.body!.getReader();
  // After this reader receives the event, the other readers receive it soon.
  for (let text = ""; !text.includes("before"); )
    text += new TextDecoder().decode((await reader.read()).value);
  void reader.cancel();
  await served.app.close();
  const lastIds: (string | undefined)[] = [];
  for (const { text, isWhole } of await Promise.all(read)) {
    assert.ok(isWhole, "the response ends completely");
    assert.match(text, /: the server is shutting down; reconnect\nretry: 1000\n\n$/);
    lastIds.push([...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1]);
  }

  await testStore.store.events.append(id, null, notice("meanwhile"));
  const again = createHttpServer({
    ports,
    logger: pino({ level: "silent" }),
    git: async (_request, response) => void response.end(),
    notReady: async () => null,
  });
  const url = await again.listen({ host: "127.0.0.1", port: 0 });
  for (const lastId of lastIds) {
    const response = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${key}`, "last-event-id": lastId ?? "0" },
    });
    const parts = response.body!.getReader();
    let text = "";
    while (!text.includes("meanwhile")) text += new TextDecoder().decode((await parts.read()).value);
    assert.equal(text.match(/^id: /gm)?.length, lastId === undefined ? 2 : 1);
    void parts.cancel();
  }
  await again.close();
  await testStore.drop();
});
