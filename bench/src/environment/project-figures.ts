import { type Figure, formatValue } from "../report/figure.ts";
import { median } from "../report/statistics.ts";
import { dependencies, type ProjectTimes } from "./measure-project.ts";

/** A session in an environment starts almost as soon as one in an empty workspace. */
const sessionGoal = { bound: "at most", factor: 1, plus: 250 } as const;

const preparedGoal = { bound: "at most", plus: 250 } as const;

const readyGoal = { bound: "at most", plus: 250 } as const;

/** The floor of a session is one of the same repository without a project. The floor of later builds is the first. */
export function listProject({ measurements }: ProjectTimes): Figure[] {
  const [first, later] = [measurements["build.first"], measurements["build.later"]];
  const incremental = measurements["build.incremental"];
  const [environment, empty] = [measurements["session.environment"], measurements["session.empty"]];
  const size = `${dependencies.megabytes} MB in ${dependencies.files.toLocaleString("en")} files`;
  const figure = (name: string, times: readonly number[], rest: Pick<Figure, "unit" | "floor" | "goal">) => ({
    ...{ name, runs: times.length, ...rest },
    product: median(times) / (rest.unit === "s" ? 1000 : 1),
  });
  const build = { unit: "s", goal: null } as const;
  return [
    figure(`build with ${size}, first`, first, { ...build, floor: null }),
    figure("build after another commit", later, { ...build, floor: median(first) / 1000 }),
    figure("incremental build after another commit", incremental, { ...build, floor: median(first) / 1000 }),
    figure(`created -> harness spawned in an environment of ${size}, p50`, environment, {
      ...{ unit: "ms", floor: median(empty), goal: sessionGoal },
    }),
    figure("created -> harness spawned with a ready copy of it, p50", measurements["session.ready"], {
      ...{ unit: "ms", floor: median(empty), goal: readyGoal },
    }),
    figure("create -> prompt sent, prepared in the environment, p50", measurements.prepared, {
      ...{ unit: "ms", floor: null, goal: preparedGoal },
    }),
  ];
}

/** Returns lines that break down the time to the start of the harness. */
export function describeProject({ measurements, layerBytes }: ProjectTimes): string[] {
  const middle = (name: keyof typeof measurements) => formatValue(median(measurements[name]), "ms");
  return [
    `The setup layer takes ${Math.round(layerBytes / 1024 ** 2)} MiB. A session copies its files.`,
    `Turn started -> sandbox open: ${middle("opened.environment")} in the environment, ${middle("opened.ready")} with a ready copy, ${middle("opened.empty")} without a project.`,
    `A plain copy of the files (cp -a) takes ${middle("copy")}.`,
  ];
}
