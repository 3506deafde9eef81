import type { World } from "../cli.ts";
import type { Machine } from "../platform/machine.ts";
import { createRecordingTerminal } from "./recording-terminal.ts";

/** A machine that can run the server. Its user has no home folder, and so no profiles. */
export const linuxMachine: Machine = { platform: "linux", home: null };

/** Returns a world without a terminal. The world is isolated from this machine and cannot run programs on it. */
export function testWorld(env: NodeJS.ProcessEnv = {}): World {
  const nothingHere = async () => {
    throw new Error("A CLI test must not start anything on this machine.");
  };
  return {
    env,
    terminal: createRecordingTerminal(),
    machine: linuxMachine,
    loadLocalServer: nothingHere,
    loadDoctor: nothingHere,
  };
}
