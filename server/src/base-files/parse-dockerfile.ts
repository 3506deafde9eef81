import {
  type Copy,
  DockerfileParser,
  type From,
  type Instruction,
  ModifiableInstruction,
} from "dockerfile-ast";
import { AppError } from "../core/base/index.ts";
import type { DockerfileOptions, ParsedDockerfile } from "../core/turns/index.ts";
import { LengthLimit } from "../runtime/length-limit.ts";

const maxImages = 20;
/** Maximum length of a text after its variables are replaced. A reference needs less than 1,000 characters. */
const maxTextLength = 10_000;
/** Maximum length of all these texts together. Without it, each line could have the maximum. */
const maxTotalLength = 1_000_000;
const processor = process.arch === "x64" ? "amd64" : process.arch;
const platform = `linux/${processor}`;
/** Arguments that every builder defines. */
const builtInArgs: Readonly<Record<string, string>> = {
  ...{ TARGETPLATFORM: platform, TARGETOS: "linux", TARGETARCH: processor },
  ...{ BUILDPLATFORM: platform, BUILDOS: "linux", BUILDARCH: processor },
};

/** See `BaseFiles.parseDockerfile`. Pure. */
export function parseDockerfile(text: string, { args, target }: DockerfileOptions): ParsedDockerfile {
  const instructions = DockerfileParser.parse(text).getInstructions();
  const first = instructions.findIndex((one) => one.getKeyword() === "FROM");
  if (first < 0) throw invalid("The Dockerfile has no FROM instruction. Add one.");
  const expand = limitedExpansion();
  const variables = globalArgs(instructions.slice(0, first), args, expand);
  const stages = cutAfter(groupByStage(instructions.slice(first)), target);
  const names = new Map<string, number>();
  const images = new Map<string, Set<string>>();
  const used = (text: string, instruction: Instruction, stage: number) => {
    const reference = expand(text, variables, instruction);
    const name = reference.toLowerCase();
    const isStage = names.has(name) || (/^\d+$/.test(name) && Number(name) < stage);
    if (isStage || name === "scratch" || name === "") return;
    images.set(reference, (images.get(reference) ?? new Set()).add(text));
  };
  for (const [index, stage] of stages.entries()) {
    const from = stage[0] as From;
    used(from.getImage() ?? "", from, index);
    for (const instruction of stage.slice(1))
      for (const text of sourcesOf(instruction)) used(text, instruction, index);
    const name = from.getBuildStage();
    if (name !== null) names.set(name.toLowerCase(), index);
  }
  if (images.size > maxImages)
    throw invalid(`The Dockerfile reads ${images.size} images, but at most ${maxImages} are possible.`);
  return {
    stages: stages.map((stage) => stage.map((one) => ({ keyword: one.getKeyword(), line: lineOf(one) }))),
    images: [...images].map(([reference, texts]) => ({ reference, texts: [...texts] })),
    readsContext: stages.flat().some(readsContext),
  };
}

function globalArgs(
  header: readonly Instruction[],
  args: DockerfileOptions["args"],
  expand: Expand,
): Map<string, string> {
  const variables = new Map(Object.entries(builtInArgs));
  for (const instruction of header) {
    if (instruction.getKeyword() !== "ARG") continue;
    for (const argument of instruction.getArguments()) {
      const [, name, , value = ""] = /^(\w+)(=(.*))?$/s.exec(argument.getValue()) ?? [];
      if (name === undefined) continue;
      const unquoted = value.replace(/^(["'])(.*)\1$/s, "$2");
      variables.set(name, Object.hasOwn(args, name) ? args[name]! : expand(unquoted, variables, instruction));
    }
  }
  return variables;
}

function groupByStage(instructions: readonly Instruction[]): Instruction[][] {
  const stages: Instruction[][] = [];
  for (const instruction of instructions)
    if (instruction.getKeyword() === "FROM") stages.push([instruction]);
    else stages.at(-1)!.push(instruction);
  return stages;
}

function cutAfter(stages: Instruction[][], target: string | null): Instruction[][] {
  if (target === null) return stages;
  const index = stages.findIndex(
    ([from], number) =>
      (from as From).getBuildStage()?.toLowerCase() === target.toLowerCase() || String(number) === target,
  );
  if (index >= 0) return stages.slice(0, index + 1);
  throw invalid(`The Dockerfile has no stage ${JSON.stringify(target)}. Choose another target.`);
}

/** Returns the stages or images that an instruction reads, except FROM. */
function sourcesOf(instruction: Instruction): string[] {
  if (instruction.getKeyword() === "COPY") return [(instruction as Copy).getFromFlag()?.getValue() ?? ""];
  return mountsOf(instruction).flatMap((mount) => /(?:^|,)from=([^,]+)/.exec(mount)?.[1] ?? []);
}

/** Returns true if an instruction may read a file of the build context. */
function readsContext(instruction: Instruction): boolean {
  const keyword = instruction.getKeyword();
  if (keyword === "COPY") return !(instruction as Copy).getFromFlag();
  if (keyword === "ADD" || keyword === "ONBUILD") return true;
  return mountsOf(instruction).some((mount) => !/(?:^|,)from=/.test(mount));
}

function mountsOf(instruction: Instruction): string[] {
  if (!(instruction instanceof ModifiableInstruction)) return [];
  return instruction
    .getFlags()
    .filter((flag) => flag.getName() === "mount")
    .map((flag) => flag.getValue() ?? "");
}

type Expand = (text: string, variables: ReadonlyMap<string, string>, place: Instruction) => string;

/**
 * Returns a function that replaces variables as the builder does. A text that it would replace in another way names no known image, and the
 * builder pulls it. The function throws `invalid_input` before a text or all texts together become too long: variables that contain each
 * other grow exponentially.
 */
function limitedExpansion(): Expand {
  const limit = new LengthLimit(maxTextLength, maxTotalLength);
  return (text, variables, place) => {
    const add = limit.open(() =>
      invalid(
        `Line ${lineOf(place)} of the Dockerfile is too long after its variables are replaced. Shorten their values.`,
      ),
    );
    add(text.length);
    return text.replaceAll(
      /\$(?:(\w+)|\{(\w+)(?::([-+])([^}]*))?\})/g,
      (match, plain?: string, name?: string, operator?: string, word = "") => {
        const value = replacementOf(variables.get(plain ?? name!) ?? "", operator, word);
        add(value.length - match.length);
        return value;
      },
    );
  };
}

function replacementOf(value: string, operator: string | undefined, word: string): string {
  if (operator === "-") return value === "" ? word : value;
  if (operator === "+") return value === "" ? "" : word;
  return value;
}

const lineOf = (instruction: Instruction) => instruction.getRange().start.line + 1;

const invalid = (sentence: string) => new AppError("invalid_input", sentence);
