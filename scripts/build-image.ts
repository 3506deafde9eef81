/**
 * Builds images/tembo for your own registry: npm run build:image -- --tag NAME [--base IMAGE] [--platform OS/ARCH] [--builder PROGRAM]
 * [-- BUILDER OPTIONS]
 */
import { join } from "node:path";
import { commonOptions, fail, readArguments, runBuilder } from "./image-builder.ts";

const { options, builderOptions } = readArguments(process.argv.slice(2), commonOptions);
if (options.tag === undefined)
  fail("No tag specified. Pass --tag NAME, such as --tag registry.example.com/tembo.");

const root = join(import.meta.dirname, "..");
runBuilder({
  tag: options.tag,
  builder: options.builder,
  platform: options.platform,
  buildArguments: { BASE: options.base },
  builderOptions: ["--file", join(root, "images/tembo/Dockerfile"), ...builderOptions],
  hasHealthCheck: true,
  context: root,
});
