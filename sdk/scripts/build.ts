import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/**
 * Makes dist/, a package that can be published as it is (`npm publish sdk/dist`): JavaScript, declarations without an import of
 * another package, and a manifest whose exports lead to them. src/ stays what the workspace itself imports.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [fileURLToPath(import.meta.resolve("typescript/bin/tsc")), "-p", "tsconfig.build.json"],
  {
    cwd: root,
    stdio: "inherit",
  },
);
writeFileSync(`${root}dist/types.d.ts`, spellOutTypes(`${root}src/types.ts`));
writeFileSync(`${root}dist/package.json`, publishedManifest());

/** The exported types of a file written out as plain interfaces: zod's inference, which they come from, stays behind. */
function spellOutTypes(file: string): string {
  const config = ts.getParsedCommandLineOfConfigFile(
    `${root}tsconfig.build.json`,
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
      },
    },
  );
  const program = ts.createProgram([file], config?.options ?? {});
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

function publishedManifest(): string {
  const { name, version, description, license, type, engines, publishConfig } = JSON.parse(
    readFileSync(`${root}package.json`, "utf8"),
  );
  const exports = { ".": { types: "./index.d.ts", default: "./index.js" } };
  const manifest = { name, version, description, license, type, engines, publishConfig, exports };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
