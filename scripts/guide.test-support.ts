import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import type { Changes } from "./source-tree.ts";

export const root = join(import.meta.dirname, "..");

export const read = (file: string) => readFileSync(join(root, file), "utf8");

/** Returns the text of a file, with a line added after the first occurrence of `after`. */
export function withLine(file: string, after: string, line: string): string {
  const text = read(file);
  const changed = text.replace(after, () => `${after}\n${line}`);
  assert.notEqual(changed, text, `${file} has no ${after}`);
  return changed;
}

/** Returns the compiler errors in these files of a repository with the given changes. */
export type Compile = (files: readonly string[], changes: Changes) => string[];

/**
 * Creates a compiler for a project. The compiler caches the parsed form of unchanged files, and the results for
 * identical sources.
 */
export function compilerOf(project: string): Compile {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, project),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: ({ messageText }) => assert.fail(String(messageText)) },
  );
  const host = ts.createCompilerHost(config!.options);
  const parse = host.getSourceFile.bind(host);
  const parsed = new Map<string, ts.SourceFile | undefined>();
  const results = new Map<string, string[]>();
  return (files, changes) => {
    const sources = Object.entries(changes).filter(([file]) => /[.]tsx?$/.test(file));
    const key = JSON.stringify([files, sources]);
    const known = results.get(key);
    if (known !== undefined) return known;
    const texts = new Map(sources.map(([file, text]) => [join(root, file), text]));
    host.fileExists = (name) => texts.has(name) || ts.sys.fileExists(name);
    host.directoryExists = (name) =>
      [...texts.keys()].some((file) => file.startsWith(`${name}/`)) || ts.sys.directoryExists(name);
    host.getSourceFile = (name, options) => {
      const text = texts.get(name);
      if (text !== undefined) return ts.createSourceFile(name, text, options);
      if (!parsed.has(name)) parsed.set(name, parse(name, options));
      return parsed.get(name);
    };
    const paths = files.map((file) => join(root, file)).filter((path) => host.fileExists(path));
    const program = ts.createProgram(paths, config!.options, host);
    const errors = paths
      .flatMap((path) => program.getSemanticDiagnostics(program.getSourceFile(path)))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    results.set(key, errors);
    return errors;
  };
}

/** A step in a guide. */
export interface Step {
  readonly file: string;
  /** Text of the file after the step. */
  readonly text: string;
  /** Patterns for the faults that the checks report while the step is missing. */
  readonly faults: readonly RegExp[];
}

export interface Guide {
  readonly page: string;
  /** Steps of the guide, which add a plug-in named `acme`. */
  readonly steps: readonly Step[];
  /** Returns the faults that the guide's checks find in a repository with the given changes. */
  findFaults(changes: Changes): readonly string[];
}

/**
 * Defines tests of the guide: the page lists every step, the steps are sufficient and the checks report a missing step.
 */
export function testGuide({ page, steps, findFaults }: Guide): void {
  const changesOf = (done: readonly Step[]) => Object.fromEntries(done.map(({ file, text }) => [file, text]));

  test(`${page} lists the file of every step, and no file that does not exist`, () => {
    const named = [...read(page).matchAll(/`([\w./<>-]+[.]\w+)`/g)].map(([, name]) => name!);
    for (const { file } of steps) assert.ok(named.includes(file.replaceAll("acme", "<name>")), file);
    const paths = named.filter((name) => name.includes("/") && !name.includes("<"));
    const gone = paths.filter((path) => !existsSync(join(root, path)));
    assert.deepEqual(gone, []);
    assert.ok(named.includes("scripts/companion-files.test.ts"));
  });

  test(`the steps of ${page} suffice`, () => {
    assert.deepEqual(findFaults(changesOf(steps)), []);
  });

  for (const step of steps)
    test(`a step of ${page} that is left out is reported: ${step.file}`, () => {
      const found = findFaults(changesOf(steps.filter((other) => other !== step)));
      assert.ok(step.faults.length > 0);
      for (const fault of step.faults) assert.match(found.join("\n"), fault);
    });
}
