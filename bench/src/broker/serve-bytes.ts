import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** Sends BYTES zeros to whoever connects, as fast as they are taken. Prints its loopback port. */
const total = Number(process.env.BYTES);
const block = Buffer.alloc(256 * 1024);

const server = createServer(async (socket) => {
  socket.on("error", () => socket.destroy());
  for (let left = total; left > 0 && !socket.destroyed; left -= block.length) {
    if (!socket.write(left < block.length ? block.subarray(0, left) : block)) await once(socket, "drain");
  }
  socket.end();
}).listen(0, "127.0.0.1");
await once(server, "listening");
console.log(`ready ${(server.address() as AddressInfo).port}`);
