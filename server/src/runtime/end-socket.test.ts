import assert from "node:assert/strict";
import { once } from "node:events";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { endSocket } from "./end-socket.ts";

function peer({ isReading }: { readonly isReading: boolean }) {
  const received: string[] = [];
  const socket = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      received.push(String(chunk));
      if (isReading) done();
    },
  });
  return { socket, received };
}

test("destroys the socket after the last bytes, although the peer keeps its half open", async () => {
  const { socket, received } = peer({ isReading: true });
  endSocket(socket, "bye");
  await once(socket, "close");
  assert.deepEqual(received, ["bye"]);
});

test("destroys the socket of a peer that does not read after 10 s", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { socket } = peer({ isReading: false });
  endSocket(socket, "bye");
  t.mock.timers.tick(9_999);
  assert.equal(socket.destroyed, false);
  t.mock.timers.tick(1);
  assert.equal(socket.destroyed, true);
});
