import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "../../../core/base/index.ts";
import type { ForwardListener, Sandbox } from "../../../core/turns/index.ts";
import { feedScript, unpacking } from "../../files/transfer-folder.ts";
import type { AgentState, HeldSandbox } from "./agent-state.ts";
import { answerCall, type StreamHeader } from "./calls.ts";
import type { MultiplexedStream } from "./multiplexed-stream.ts";
import { Multiplexer } from "./multiplexer.ts";
import {
  type AgentCalls,
  type Ended,
  protocolVersion,
  type Started,
  stderrKey,
  stdinKey,
  stdoutKey,
} from "./protocol.ts";
import { keepProvided } from "./provided-paths.ts";
import { Rendezvous } from "./rendezvous.ts";

type Served = { readonly [M in keyof AgentCalls]: (args: AgentCalls[M]) => Promise<unknown> };

/** Serves one server until its connection closes, and then stops its sandboxes. Resolves when they have stopped. */
export function serveServer(connection: Duplex, state: AgentState): Promise<void> {
  const done = Promise.withResolvers<void>();
  const held = new Map<string, HeldSandbox>();
  const bytes = new Rendezvous();
  const gone = new AbortController();
  const multiplexer = new Multiplexer({
    connection,
    side: "agent",
    onStream(header, stream) {
      const opened = header as StreamHeader;
      if (opened.type === "bytes") bytes.offer(opened.key, stream);
      else if (opened.type === "call" && Object.hasOwn(calls, opened.method)) {
        const serve = calls[opened.method as keyof AgentCalls] as (args: unknown) => Promise<unknown>;
        // If the connection is lost, the response cannot be sent.
        answerCall(stream, serve).catch(() => stream.destroy());
      } else stream.destroy();
    },
    onClose(cause) {
      gone.abort(cause);
      bytes.close(cause);
      void Promise.allSettled([...held.values()].map((one) => state.close(one))).then(() => done.resolve());
    },
  });
  const calls = serveCalls({ multiplexer, state, held, bytes, gone: gone.signal });
  return done.promise;
}

interface Serving {
  readonly multiplexer: Multiplexer;
  readonly state: AgentState;
  readonly held: Map<string, HeldSandbox>;
  readonly bytes: Rendezvous;
  readonly gone: AbortSignal;
}

function serveCalls({ multiplexer, state, held, bytes, gone }: Serving): Served {
  const listeners = new Map<string, ForwardListener>();
  const programs = new Map<string, AbortController>();
  const getSandbox = (sandboxId: string): HeldSandbox => {
    const found = held.get(sandboxId);
    if (found === undefined) throw new AppError("sandbox_unavailable", "The agent has no such sandbox.");
    return found;
  };
  const running = (sandboxId: string): Sandbox => {
    const { sandbox } = getSandbox(sandboxId);
    if (sandbox === null) throw new AppError("sandbox_unavailable", "The sandbox is stopped.");
    return sandbox;
  };
  /** Returns the controller of a program. A request to kill a program may arrive before the call that starts it. */
  const controllerOf = (programId: string): AbortController => {
    const controller = programs.get(programId) ?? new AbortController();
    programs.set(programId, controller);
    return controller;
  };
  return {
    async hello({ version }) {
      if (version !== protocolVersion)
        throw new AppError("sandbox_unavailable", `The agent speaks version ${protocolVersion}.`);
    },
    check: () => state.provider.check(),
    clear: ({ sessionId }) => state.clear(sessionId),
    provide: async ({ path, key }) => keepProvided(state.folder, path, await bytes.take(key)),
    async open({ sandboxId, spec }) {
      const opened: HeldSandbox = { sandboxId, spec, sandbox: null };
      await state.open(opened);
      held.set(sandboxId, opened);
    },
    async start({ sandboxId }) {
      const { workspacePath, homePath, modelUrl, tools } = await state.start(getSandbox(sandboxId));
      return { workspacePath, homePath, modelUrl, tools } satisfies Started;
    },
    async spawn({ sandboxId, programId, command }) {
      const sandbox = running(sandboxId);
      const program = sandbox.spawn(command, AbortSignal.any([controllerOf(programId).signal, gone]));
      carry(program.stdout, multiplexer.open({ type: "bytes", key: stdoutKey(programId) }));
      carry(program.stderr, multiplexer.open({ type: "bytes", key: stderrKey(programId) }));
      const stdin = bytes.take(stdinKey(programId));
      stdin.then(
        (stream) => stream.pipe(program.stdin).on("error", () => stream.destroy()),
        () => {},
      );
      const exit = await program.exited;
      programs.delete(programId);
      stdin.then(
        (stream) => stream.destroy(),
        () => {},
      );
      return { exit, limit: sandbox.limitReached() } satisfies Ended;
    },
    kill: async ({ programId }) => controllerOf(programId).abort(),
    async listen({ sandboxId, name, listener }) {
      const opened = await running(sandboxId)
        .forward(name)
        .listen((connection) => {
          if (multiplexer.closedBy !== null) connection.destroy();
          else join(connection, multiplexer.open({ type: "connection", listener }));
        });
      listeners.set(listener, opened);
    },
    async closeListener({ listener }) {
      await listeners.get(listener)?.close();
      listeners.delete(listener);
    },
    async connect({ sandboxId, port, key }) {
      const connection = await running(sandboxId).connect(port, gone);
      join(connection, multiplexer.open({ type: "bytes", key }));
    },
    async readFile({ sandboxId, path, maxBytes }) {
      return (await running(sandboxId).readFile(path, maxBytes))?.toString("base64") ?? null;
    },
    exportFolder: ({ sandboxId, folder, omissions, key }) =>
      state.within(getSandbox(sandboxId), (sandbox) =>
        pipeline(sandbox.exportFolder(folder, gone, omissions), multiplexer.open({ type: "bytes", key })),
      ),
    importFolder: ({ sandboxId, folder, key }) =>
      state.within(getSandbox(sandboxId), async (sandbox) =>
        sandbox.importFolder(folder, await bytes.take(key), gone),
      ),
    async applyChanges({ sandboxId, folder, removedKey, archiveKey }) {
      const sandbox = running(sandboxId);
      const remove = { folder, script: "exec xargs -0 -r rm -rf --" };
      await feedScript(sandbox, remove, await bytes.take(removedKey), gone);
      await feedScript(sandbox, { folder, script: unpacking }, await bytes.take(archiveKey), gone);
    },
    pause: async ({ sandboxId }) => running(sandboxId).pause(),
    resume: async ({ sandboxId }) => running(sandboxId).resume(),
    memoryBytes: async ({ sandboxId }) => running(sandboxId).memoryBytes(),
    stop: async ({ sandboxId }) => state.stop(getSandbox(sandboxId)),
    async close({ sandboxId }) {
      await state.close(getSandbox(sandboxId));
      held.delete(sandboxId);
    },
  };
}

/** Sends a program's output. Closing the stream closes the program's output. */
function carry(output: NodeJS.ReadableStream & { destroy(): unknown }, stream: MultiplexedStream): void {
  output.pipe(stream);
  stream.once("close", () => output.destroy());
}

/**
 * Connects two streams in both directions. If one stream closes, closes the other. After a normal end, the other stream first sends its
 * remaining data.
 */
function join(one: Duplex & { destroySoon(): void }, other: Duplex & { destroySoon(): void }): void {
  one.pipe(other).pipe(one);
  for (const [side, left] of [
    [one, other],
    [other, one],
  ] as const) {
    side.on("error", () => side.destroy());
    side.once("close", () => (side.readableEnded ? left.destroySoon() : left.destroy()));
  }
}
