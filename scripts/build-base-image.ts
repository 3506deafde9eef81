/**
 * Builds images/base for your own registry: npm run build:base-image -- --tag NAME [--base IMAGE] [--mirror URL] [--security-mirror URL]
 * [--snapshot TIME] [--platform OS/ARCH] [--without-uv] [--builder PROGRAM] [-- BUILDER OPTIONS]
 */
import { join } from "node:path";
import { commonOptions, fail, readArguments, runBuilder } from "./image-builder.ts";

const text = { type: "string" } as const;
const { options, builderOptions } = readArguments(process.argv.slice(2), {
  ...commonOptions,
  mirror: text,
  "security-mirror": text,
  snapshot: text,
  "without-uv": { type: "boolean", default: false },
});
if (options.tag === undefined)
  fail("No tag specified. Pass --tag NAME, such as --tag registry.example.com/tembo-base.");
if (options.snapshot !== undefined && !/^\d{8}T\d{6}Z$/.test(options.snapshot))
  fail(`"${options.snapshot}" is not a time of snapshot.debian.org. Use the form 20261101T000000Z.`);
if ((options.mirror === undefined) !== (options["security-mirror"] === undefined))
  fail("Pass --mirror and --security-mirror together, because packages come from both.");
if (options.snapshot !== undefined && options.mirror !== undefined)
  fail("A snapshot replaces the mirrors. Pass either --snapshot, or --mirror and --security-mirror.");

runBuilder({
  tag: options.tag,
  builder: options.builder,
  platform: options.platform,
  buildArguments: {
    BASE: options.base,
    MIRROR: options.mirror,
    SECURITY_MIRROR: options["security-mirror"],
    SNAPSHOT: options.snapshot,
    UV: options["without-uv"] ? "" : undefined,
  },
  builderOptions,
  context: join(import.meta.dirname, "../images/base"),
});
