import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Forwards TCP connections to the first target that accepts them. */
export interface Relay extends Address {
  /** Breaks all connections, and rejects new ones until `open` is called. */
  close(): void;
  open(): void;
  /** Breaks each connection that receives an answer, until `unmute` is called. Requests still reach their target. */
  mute(): void;
  unmute(): void;
  stop(): Promise<void>;
}

const connectLimitMs = 2_000;

/** Starts a relay. `targets` returns the targets of a new connection, the preferred one first. */
export async function startRelay(at: Address, targets: () => readonly Address[]): Promise<Relay> {
  const sockets = new Set<Socket>();
  const state = { isOpen: true, isMute: false, sockets };
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    if (!state.isOpen) return socket.resetAndDestroy();
    keep(sockets, socket);
    void joinFirst(socket, targets(), state);
  });
  server.listen(at.port, at.host);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const close = () => {
    state.isOpen = false;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    host: at.host,
    port,
    close,
    open: () => {
      state.isOpen = true;
    },
    mute: () => {
      state.isMute = true;
    },
    unmute: () => {
      state.isMute = false;
    },
    stop: async () => {
      close();
      server.close();
      await once(server, "close");
    },
  };
}

interface State {
  isOpen: boolean;
  isMute: boolean;
  readonly sockets: Set<Socket>;
}

async function joinFirst(socket: Socket, targets: readonly Address[], state: State): Promise<void> {
  for (const target of targets) {
    const upstream = await connectTo(target);
    if (upstream === null) continue;
    if (socket.destroyed) return void upstream.destroy();
    keep(state.sockets, upstream);
    upstream.on("data", () => {
      if (state.isMute) socket.resetAndDestroy();
    });
    socket.pipe(upstream).pipe(socket);
    socket.once("close", () => upstream.destroy());
    upstream.once("close", () => socket.destroy());
    return;
  }
  socket.resetAndDestroy();
}

function connectTo({ host, port }: Address): Promise<Socket | null> {
  const { promise, resolve } = Promise.withResolvers<Socket | null>();
  const socket = connect({ host, port, timeout: connectLimitMs });
  socket.once("connect", () => {
    socket.setTimeout(0);
    resolve(socket);
  });
  const fail = () => {
    socket.destroy();
    resolve(null);
  };
  socket.once("timeout", fail);
  socket.on("error", fail);
  return promise;
}

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.once("close", () => sockets.delete(socket));
}
