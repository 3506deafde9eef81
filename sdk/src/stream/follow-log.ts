import { followStream, type StreamedEvent, type StreamOptions, type StreamParts } from "./follow-stream.ts";

/**
 * Yields the texts of a stream of `log` events until its `end` event. Returns the result of that event, or null if the
 * signal aborts first. Reconnects if the connection drops. Throws if the server rejects the request or stays
 * unreachable.
 */
export async function* followLog<End, Result>(
  parts: StreamParts,
  { path, resultOf }: { readonly path: string; readonly resultOf: (end: End) => Result },
  options: StreamOptions,
): AsyncGenerator<string, Result | null, undefined> {
  const stream = {
    path,
    type: "log",
    numberOf: ({ lastEventId }: StreamedEvent) => Number(lastEventId),
    endType: "end",
    after: 0,
  };
  for await (const { type, data } of followStream(parts, stream, options)) {
    if (type === "end") return resultOf(data as End);
    yield (data as { text: string }).text;
  }
  return null;
}
