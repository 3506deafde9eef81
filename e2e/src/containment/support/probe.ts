import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Control } from "./controls.ts";
import { isCollecting, register } from "./registry.ts";
import type { Script } from "./script.ts";
import { loot, type Stage, type StageOptions, setStage } from "./stage.ts";

/** An attack script. The control runs the same script without the guard. */
export interface Probe {
  readonly script: Script;
  /** Expected output in the sandbox. */
  readonly contained: RegExp;
  /**
   * Output of a successful attack. Defaults to the loot. This output must never occur in the sandbox and must always
   * occur in the control.
   */
  readonly escaped?: RegExp;
  readonly control: Control;
}

/** An attack that needs more than a script. Both functions return a string that describes the result. */
export interface ActedProbe<Place> {
  readonly attempt: (place: Place) => Promise<string>;
  readonly contained: RegExp;
  readonly escaped?: RegExp;
  readonly control: (place: Place) => Promise<string>;
}

const needsRoot = { skip: process.getuid!() !== 0 && "needs root" };

/**
 * Returns functions that register the probes of one subject. The probes share one stage, which is set up before the
 * first probe and closed after the last.
 */
export function onStage(options: StageOptions | (() => Promise<StageOptions>) = {}) {
  const acted = onPlace<Stage>(
    async () => setStage(typeof options === "function" ? await options() : options),
    (stage) => stage.close(),
  );
  return {
    act: acted,
    probe: (name: string, { script, control, ...outcomes }: Probe) =>
      acted(name, {
        ...outcomes,
        attempt: (stage) => stage.run(script),
        control: (stage) => control(script, stage),
      }),
  };
}

/** Returns a function that registers probes for another kind of place, such as a complete running Tembo. */
export function onPlace<Place>(open: () => Promise<Place>, close: (place: Place) => Promise<void>) {
  let place: Place | undefined;
  if (!isCollecting && !needsRoot.skip) {
    before(async () => {
      place = await open();
    });
    after(async () => {
      if (place !== undefined) await close(place);
    });
  }
  return (name: string, probe: ActedProbe<Place>): void => {
    register({ name, hasControl: typeof probe.control === "function" });
    if (!isCollecting) test(name, needsRoot, () => check(probe, place!));
  };
}

async function check<Place>(
  { attempt, contained, escaped = new RegExp(loot), control }: ActedProbe<Place>,
  place: Place,
): Promise<void> {
  const outcome = await attempt(place);
  assert.doesNotMatch(outcome, escaped, "the sandbox blocks the attempt");
  assert.match(outcome, contained, "the sandbox blocks the attempt in the expected way");
  assert.match(await control(place), escaped, "control: the attempt succeeds without the guard");
}
