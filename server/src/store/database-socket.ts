import { Socket } from "node:net";
import { isLostConnection } from "./lost-connection.ts";

/**
 * Creates the socket of a database connection. The system reports a lost connection with one of many codes, for example
 * EPIPE for a write. The engine retries only after some of them, such as ECONNRESET, and treats the others as permanent
 * failures. Therefore this socket reports all of them as ECONNRESET. The message does not change.
 */
export function createDatabaseSocket(): Socket {
  const socket = new Socket();
  const destroy = socket._destroy.bind(socket);
  socket._destroy = (error, done) => {
    if (error !== null && isLostConnection(error)) Object.assign(error, { code: "ECONNRESET" });
    destroy(error, done);
  };
  return socket;
}
