import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Control } from "./controls.ts";
import { isCollecting, register } from "./registry.ts";
import type { Script } from "./script.ts";
import { loot, type Stage, type StageOptions, setStage } from "./stage.ts";

/** An attack by a script, and the same script where the guard is off. */
export interface Probe {
  readonly script: Script;
  /** What the sandbox makes of it. */
  readonly contained: RegExp;
  /** What comes out when it gets through; the loot when not said otherwise. Never in a sandbox, always in the control. */
  readonly escaped?: RegExp;
  readonly control: Control;
}

/** An attack that is more than a script. Both tell in text what came of it. */
export interface ActedProbe<Place> {
  readonly attempt: (place: Place) => Promise<string>;
  readonly contained: RegExp;
  readonly escaped?: RegExp;
  readonly control: (place: Place) => Promise<string>;
}

const needsRoot = { skip: process.getuid!() !== 0 && "needs root" };

/** The probes of one subject: they share one stage, which is set before the first and struck after the last. */
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

/** The same for a place of another kind, such as a whole running Tembo. */
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
  assert.doesNotMatch(outcome, escaped, "the sandbox keeps it");
  assert.match(outcome, contained, "the sandbox refuses it in the way it should");
  assert.match(await control(place), escaped, "control: without the guard it gets through");
}
