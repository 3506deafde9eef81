import { Socket } from "node:net";

/**
 * Creates the socket of a database connection. A write to a lost server fails with either ECONNRESET or EPIPE. The
 * engine retries only after ECONNRESET and treats EPIPE as a permanent failure, so this socket turns both into
 * ECONNRESET.
 */
export function createDatabaseSocket(): Socket {
  const socket = new Socket();
  const destroy = socket._destroy.bind(socket);
  socket._destroy = (error, done) => {
    if (error !== null && "code" in error && error.code === "EPIPE") error.code = "ECONNRESET";
    destroy(error, done);
  };
  return socket;
}
