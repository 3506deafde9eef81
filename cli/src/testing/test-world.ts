import type { World } from "../cli.ts";
import { createRecordingTerminal } from "./recording-terminal.ts";

/** Returns a world without a terminal. The world is isolated from this machine and cannot run programs on it. */
export function testWorld(env: NodeJS.ProcessEnv = {}): World {
  const nothingHere = async () => {
    throw new Error("A CLI test must not start anything on this machine.");
  };
  return {
    env,
    terminal: createRecordingTerminal(),
    loadLocalServer: nothingHere,
    loadDoctor: nothingHere,
  };
}
