import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Config } from "./config.ts";
import { AppError, withReason } from "./core/base/index.ts";

type Place = Pick<Config, "host" | "port">;

/** Throws `unavailable` if the server cannot listen on the address. The server calls this before steps that take longer. */
export async function requireFreePort(place: Place): Promise<void> {
  if (place.port === 0) return;
  const server = createServer();
  try {
    server.listen({ host: place.host, port: place.port });
    await once(server, "listening");
  } catch (cause) {
    throw cannotListen(place, cause);
  }
  server.close();
  await once(server, "close");
}

/** Starts listening and returns the port. Throws `unavailable` if the server cannot listen on the address. */
export async function listen(app: FastifyInstance, place: Place): Promise<number> {
  try {
    await app.listen({ host: place.host, port: place.port });
  } catch (cause) {
    throw cannotListen(place, cause);
  }
  const [address] = app.addresses() as AddressInfo[];
  return address?.port ?? place.port;
}

function cannotListen({ host, port }: Place, cause: unknown): AppError {
  const { code } = cause as NodeJS.ErrnoException;
  const where = `${urlHost(host)}:${port}`;
  const sentence =
    code === "EADDRINUSE"
      ? `The address ${where} is already in use. Stop the program that listens there, or set PORT to another port (0 chooses a free one).`
      : code === "EACCES"
        ? `This user is not allowed to listen on ${where}. Set PORT to a port above 1023.`
        : `${withReason(`Listening on ${where} failed`, cause)} Set HOST and PORT to an address of this machine.`;
  return new AppError("unavailable", sentence, { cause });
}

export function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
