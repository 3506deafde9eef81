/**
 * Makes each kind of call once for an idle session. Returns the results as plain data. Runs in every JavaScript
 * runtime.
 */
export async function useSdk(Tembo, { baseURL, apiKey, sessionId }) {
  const client = new Tembo({ apiKey, baseURL });
  const listed = [];
  for await (const session of client.sessions.list({ limit: 1, sortBy: "createdAt" }))
    listed.push(session.id);
  const { data, response, requestID } = await client.sessions.retrieve(sessionId).withResponse();
  const refused = await client.sessions
    .retrieve("00000000-0000-4000-8000-000000000000")
    .catch((error) => error);
  const attachment = await client.attachments.create({ name: "a.txt", content: new Blob(["grüße"]) });
  const content = await client.attachments.content(attachment.id);
  const eventTypes = [];
  for await (const event of client.sessions.events.stream(sessionId)) eventTypes.push(event.eventType);
  return {
    listed: listed.length,
    status: response.status,
    isSame: data.id === sessionId,
    hasRequestID: /^[0-9a-f-]{36}$/.test(requestID),
    refused: [refused instanceof Tembo.NotFoundError, refused.status, refused.code],
    content: await content.text(),
    lastTurn: eventTypes.filter((type) => type.startsWith("turn.")).at(-1),
    live: await watchLive(client, sessionId),
    waited: (await client.sessions.wait(sessionId)).state.current,
  };
}

/**
 * Returns the type of the event that ends the turn, as received over the WebSocket. Returns the error message if there
 * is no WebSocket.
 */
export async function watchLive(client, sessionId) {
  try {
    for await (const event of client.live.connect({ sessions: [sessionId] }))
      if (event.eventType === "turn.completed") return event.eventType;
  } catch (error) {
    return error.message;
  }
}
