import { Socket } from "node:net";

/**
 * The socket of a database connection. Writing to a server that is gone fails with ECONNRESET or with EPIPE, as luck has it; the
 * engine tries again after the first alone, and takes the second for the end of what it works on. So both are the first here.
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
