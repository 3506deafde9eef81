import type { InitializeResponse } from "@agentclientprotocol/sdk/unstable";
import type { ProtocolLine } from "../../core/sessions/index.ts";
import type { HarnessStart, LaunchedHarness, Sandbox, SandboxCommand } from "../../core/turns/index.ts";
import type { LaunchSpec } from "../launch-spec.ts";
import { HarnessProcess } from "./process/harness-process.ts";
import { PermissionDesk } from "./process/permission-desk.ts";
import { initialize } from "./session/open-session.ts";
import type { StartTimer } from "./timer.ts";

/** Maximum total length of the protocol lines before a conversation, in characters. Only the initialization is before it. */
const maxEarlyChars = 256_000;

/** Started harness, whose connection is being initialized. */
export class AcpLaunch implements LaunchedHarness {
  readonly process: HarnessProcess;
  readonly permissions = new PermissionDesk(null);
  readonly #spec: LaunchSpec;
  readonly #early: ProtocolLine[] = [];
  #earlyChars = 0;
  #onProtocolLine: HarnessStart["onProtocolLine"] = (line) => this.#keep(line);
  #greeting: Promise<InitializeResponse> | null = null;

  /** Starts the harness. Throws the errors of `sandbox.spawn`. */
  constructor({
    spec,
    sandbox,
    command,
    startTimer,
  }: {
    readonly spec: LaunchSpec;
    readonly sandbox: Sandbox;
    readonly command: SandboxCommand;
    readonly startTimer: StartTimer;
  }) {
    this.#spec = spec;
    this.process = new HarnessProcess({
      ...{ displayName: spec.displayName, sandbox, command, startTimer, permissions: this.permissions },
      onProtocolLine: (line) => this.#onProtocolLine?.(line),
    });
  }

  get isAlive(): boolean {
    return this.process.isAlive;
  }

  close(): Promise<void> {
    return this.process.close();
  }

  /** Initializes the connection, once. */
  initialized(): Promise<InitializeResponse> {
    this.#greeting ??= initialize(this.process, this.#spec.displayName);
    return this.#greeting;
  }

  /** Connects the listeners of a conversation, and passes them the earlier lines of the protocol. */
  connect({
    decidePermission,
    onProtocolLine,
  }: Pick<HarnessStart, "decidePermission" | "onProtocolLine">): void {
    this.permissions.decideWith(decidePermission);
    for (const line of this.#early.splice(0)) onProtocolLine?.(line);
    this.#onProtocolLine = onProtocolLine;
  }

  #keep(line: ProtocolLine): void {
    this.#earlyChars += line.text.length;
    if (this.#earlyChars <= maxEarlyChars) this.#early.push(line);
  }
}
