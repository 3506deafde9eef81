import { absolutePath, Fault, headerValue, type Parser, parseOneOf, webUrl } from "./config-values.ts";
import type { BlobPlacement, FolderPlacement, S3Placement } from "./core/base/index.ts";

export const blobVariables = [
  "TEMBO_BLOBS",
  "TEMBO_S3_ENDPOINT",
  "TEMBO_S3_REGION",
  "TEMBO_S3_PATH_STYLE",
  "TEMBO_S3_ACCESS_KEY_ID",
  "TEMBO_S3_SECRET_ACCESS_KEY",
] as const;

type Read = <T>(name: (typeof blobVariables)[number], fallback: T, parse: Parser<T>) => T;

export function parseBlobs(read: Read): BlobPlacement {
  const place = read<FolderPlacement | Pick<S3Placement, "kind" | "bucket" | "prefix">>(
    "TEMBO_BLOBS",
    { kind: "folder", sharedPath: null },
    blobPlace,
  );
  const endpoint = read<string | null>("TEMBO_S3_ENDPOINT", null, webUrl);
  const region = read("TEMBO_S3_REGION", "us-east-1", regionName);
  const style = read("TEMBO_S3_PATH_STYLE", endpoint === null ? "0" : "1", parseOneOf(["0", "1"]));
  const credentials = readKeys(read);
  if (place.kind === "folder") return place;
  return { ...place, endpoint, region, isPathStyle: style === "1", credentials };
}

function readKeys(read: Read): S3Placement["credentials"] {
  const secret = read<string | null>("TEMBO_S3_SECRET_ACCESS_KEY", null, headerValue);
  const keys = read<S3Placement["credentials"]>("TEMBO_S3_ACCESS_KEY_ID", null, (text) => {
    if (secret === null) throw new Fault("requires TEMBO_S3_SECRET_ACCESS_KEY: set both");
    return { accessKeyId: headerValue(text), secretAccessKey: secret };
  });
  return keys;
}

function blobPlace(text: string): FolderPlacement | Pick<S3Placement, "kind" | "bucket" | "prefix"> {
  if (text === "folder") return { kind: "folder", sharedPath: null };
  if (text.startsWith("file://")) return { kind: "folder", sharedPath: absolutePath(text.slice(7)) };
  const [, bucket = "", prefix = ""] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/+(.*))?$/.exec(text) ?? [];
  const parts = prefix.split("/").filter((part) => part !== "");
  if (bucket !== "" && parts.every((part) => /^[\w.-]+$/.test(part) && part !== "." && part !== ".."))
    return { kind: "s3", bucket, prefix: parts.join("/") };
  throw new Fault(
    "is not a place for blobs: use folder, s3://bucket/prefix or file:///path/to/a/shared/folder",
  );
}

function regionName(text: string): string {
  if (/^[a-z0-9-]{1,40}$/.test(text)) return text;
  throw new Fault("is not a region: use a name such as us-east-1");
}
