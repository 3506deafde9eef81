import type { MessagesService } from "./fake-provider.ts";

const someUsage = { input_tokens: 100, output_tokens: 1, cache_read_input_tokens: 50 };

/** Responds to every Messages API request with "Hello", as a stream if requested. */
export const respondHello: MessagesService = async (body) => {
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-opus-4-5-20251101",
    content: [],
    stop_reason: null,
    usage: someUsage,
  };
  if (body.stream !== true) {
    return Response.json({
      ...message,
      content: [{ type: "text", text: "Hello" }],
      stop_reason: "end_turn",
      usage: { ...someUsage, output_tokens: 20 },
    });
  }
  const events = [
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hello\nwörld" } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 20 } },
    { type: "message_stop" },
  ];
  const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
  return new Response(text, { headers: { "content-type": "text/event-stream" } });
};

export const failWith =
  (status: number, message: string): MessagesService =>
  async () =>
    Response.json({ type: "error", error: { type: "any", message } }, { status });
