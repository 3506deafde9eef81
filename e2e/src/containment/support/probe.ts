import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  type Combination,
  chosenCombinations,
  missingFor,
  nameOf,
} from "../../../../server/src/sandbox/testing/combinations.ts";
import type { Control } from "./controls.ts";
import { type Exclusion, exclusionOf, scopes } from "./exclusions.ts";
import { closeImage } from "./image.ts";
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
 * Returns functions that register the probes of one subject, on each combination. The probes share one stage for each
 * combination, which is set up before its first probe and closed after its last.
 */
export function onStage(
  options: StageOptions | ((combination: Combination) => Promise<StageOptions>) = {},
  scope: readonly Exclusion[] = scopes.everywhere,
) {
  const acted = onCombinations<Stage>(
    async (combination) =>
      setStage(combination, typeof options === "function" ? await options(combination) : options),
    (stage) => stage.close(),
    scope,
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

/** Returns a function that registers probes on a place of each combination. */
export function onCombinations<Place>(
  open: (combination: Combination) => Promise<Place>,
  close: (place: Place) => Promise<void>,
  scope: readonly Exclusion[] = scopes.everywhere,
) {
  if (!isCollecting) after(closeImage);
  const probes: { readonly name: string; readonly probe: ActedProbe<Place> }[] = [];
  for (const combination of isCollecting ? [] : chosenCombinations())
    describe(nameOf(combination), async () => {
      // The file registers its probes after this call.
      await new Promise(setImmediate);
      const applying = probes.filter(({ name }) => exclusionOf(name, scope, combination) === null);
      const missing = needsRoot.skip || missingFor(combination);
      let place: Place | undefined;
      if (!missing && applying.length > 0) {
        before(async () => {
          place = await open(combination);
        });
        after(async () => {
          if (place !== undefined) await close(place);
        });
      }
      for (const { name, probe } of applying)
        test(`${name} (${nameOf(combination)})`, { skip: missing ?? false }, () => check(probe, place!));
    });
  return (name: string, probe: ActedProbe<Place>): void => {
    register({ name, hasControl: typeof probe.control === "function", scope });
    probes.push({ name, probe });
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
    register({ name, hasControl: typeof probe.control === "function", scope: null });
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
