import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { sdkFiles, sdkPackage } from "../../scripts/release/contents.ts";

/**
 * Builds a package that is ready to publish: node build.ts [FOLDER]. The default folder is dist/; another one must be
 * new or empty. The package contains the modules in both formats (`import` and `require`), declarations that import no
 * other package, and a manifest whose exports point to them. The workspace itself imports src/, and
 * `npm run check:static` checks its types.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const [, , folder] = process.argv;
const dist = folder === undefined ? `${root}dist/` : `${resolve(folder)}/`;
const program = createProgram();

if (folder === undefined) rmSync(dist, { recursive: true, force: true });
const emitted = emitModules();
emitted.set("types.d.ts", spellOutTypes(`${root}src/types.ts`));
for (const [name, text] of emitted) {
  write(`esm/${name}`, text);
  write(`cjs/${name}`, name.endsWith(".js") ? toCommonJs(text) : text);
}
write("cjs/package.json", '{ "type": "commonjs" }\n');
write("package.json", publishedManifest());
cpSync(`${root}README.md`, `${dist}README.md`);
cpSync(`${root}../LICENSE`, `${dist}LICENSE`);

function createProgram(): ts.Program {
  const config = ts.getParsedCommandLineOfConfigFile(
    `${root}tsconfig.build.json`,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (diagnostic) => fail([diagnostic]) },
  );
  if (config === undefined || config.errors.length > 0) fail(config?.errors ?? []);
  return ts.createProgram([`${root}src/index.ts`], config.options);
}

/** Returns the JavaScript modules and their declarations, keyed by their names below src/. */
function emitModules(): Map<string, string> {
  const files = new Map<string, string>();
  const { diagnostics, emitSkipped } = program.emit(undefined, (file, text) => {
    const name = file.slice(file.indexOf("/dist/") + "/dist/".length);
    files.set(
      name,
      name.endsWith(".d.ts") ? text.replaceAll(/(from ")([.]{1,2}\/.*)[.]ts"/g, '$1$2.js"') : text,
    );
  });
  if (emitSkipped || diagnostics.length > 0) fail(diagnostics);
  return files;
}

function toCommonJs(text: string): string {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}

/** Expands a file's exported types so that they no longer depend on zod, from which they are inferred. */
function spellOutTypes(file: string): string {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file} exports nothing.`);
  const flags =
    ts.TypeFormatFlags.NoTruncation |
    ts.TypeFormatFlags.InTypeAlias |
    ts.TypeFormatFlags.MultilineObjectLiterals |
    ts.TypeFormatFlags.NoTypeReduction;
  const declarations = checker.getExportsOfModule(module).map((symbol) => {
    const type = checker.getDeclaredTypeOfSymbol(checker.getAliasedSymbol(symbol));
    const text = checker.typeToString(type, undefined, flags);
    if (type.flags & ts.TypeFlags.Any || /\bimport\(|\bz\./.test(text)) {
      throw new Error(`The type ${symbol.name} could not be spelled out: ${text.slice(0, 200)}`);
    }
    return `export type ${symbol.name} = ${text};\n`;
  });
  return declarations.join("");
}

/**
 * Returns the published package.json. Node uses the first matching condition in `exports`. Types come first, each in
 * the module format of its entry.
 */
function publishedManifest(): string {
  const { version, description, license, type, engines, publishConfig } = JSON.parse(
    readFileSync(`${root}package.json`, "utf8"),
  );
  const entry = (folder: string) => ({ types: `./${folder}/index.d.ts`, default: `./${folder}/index.js` });
  const manifest = {
    name: sdkPackage,
    version,
    description,
    license,
    type,
    engines,
    publishConfig,
    files: sdkFiles,
    sideEffects: false,
    main: "./cjs/index.js",
    types: "./cjs/index.d.ts",
    exports: {
      ".": { import: entry("esm"), require: entry("cjs") },
      "./package.json": "./package.json",
    },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(dist + path), { recursive: true });
  writeFileSync(dist + path, text);
}

function fail(diagnostics: readonly ts.Diagnostic[]): never {
  throw new Error(
    ts.formatDiagnostics(diagnostics, {
      getCanonicalFileName: (file) => file,
      getCurrentDirectory: () => root,
      getNewLine: () => "\n",
    }) || "tsconfig.build.json could not be read.",
  );
}
