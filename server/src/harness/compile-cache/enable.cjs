"use strict";
// Node loads this file before a harness. Node reads a compile cache only from a folder whose name contains the ID of the
// current user, and each session has a user of its own. A link with that name therefore leads to the shared cache, which
// is beside this file and read-only. The variable NODE_COMPILE_CACHE would also affect the programs that the harness starts.
const { existsSync, mkdtempSync, symlinkSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { cachedDataVersionTag } = require("node:v8");

const tag = `${process.version}-${process.arch}-${cachedDataVersionTag().toString(16)}`;
const shared = join(__dirname, tag);
try {
  if (existsSync(shared)) {
    const folder = mkdtempSync(join(tmpdir(), "compile-cache-"));
    symlinkSync(shared, join(folder, `${tag}-${process.getuid()}`));
    enableCompileCache(folder);
  }
} catch {
  // Without its cache, the harness only starts more slowly.
}
