import { AppError } from "../core/base/index.ts";
import { onAbort } from "../runtime/on-abort.ts";
import type { HostProgram } from "./runner.ts";

export interface ProgramLimits {
  readonly signal: AbortSignal;
  readonly timeLimitMs: number;
  /** Name of the program in error messages. */
  readonly name: string;
}

export interface LimitedProgram {
  /** Exit code, or null if a signal killed the program. Rejects with the cause passed to `fail`, the abort signal's reason or `git_failed`. */
  readonly exited: Promise<number | null>;
  /** Kills the program and every program that it started, and rejects `exited` with the cause. */
  fail(cause: unknown): void;
}

/** Kills a program when the signal aborts or the time limit is reached. */
export function limitProgram(program: HostProgram, limits: ProgramLimits): LimitedProgram {
  const { signal, timeLimitMs, name } = limits;
  let failure: { readonly cause: unknown } | undefined;
  const fail = (cause: unknown) => {
    failure ??= { cause };
    program.kill();
  };
  const release = onAbort(signal, () => fail(signal.reason));
  const sentence = `${name} took longer than ${timeLimitMs / 1000} s and was terminated.`;
  const timer = setTimeout(() => fail(new AppError("git_failed", sentence)), timeLimitMs);
  const exited = program.exited
    .then(
      (code) => {
        if (failure !== undefined) throw failure.cause;
        return code;
      },
      (cause) => {
        throw failure === undefined ? cause : failure.cause;
      },
    )
    .finally(() => {
      clearTimeout(timer);
      release();
    });
  return { exited, fail };
}
