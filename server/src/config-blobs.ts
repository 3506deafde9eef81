import { absolutePath, Fault, headerValue, type Parser, parseOneOf, webUrl } from "./config-values.ts";

/** Place of the blob store. */
export type BlobsConfig = FolderConfig | S3Config;

export interface FolderConfig {
  readonly kind: "folder";
  /** Folder that all machines share, or null for a folder in the data folder. */
  readonly sharedPath: string | null;
}

export interface S3Config {
  readonly kind: "s3";
  readonly bucket: string;
  /** Prefix of all keys, without slashes at its ends. May be empty. */
  readonly prefix: string;
  /** URL of the store, or null for AWS. */
  readonly endpoint: string | null;
  readonly region: string;
  readonly isPathStyle: boolean;
  /** Static keys, or null for those that the SDK of AWS finds. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}

export const blobVariables = [
  "TEMBO_BLOBS",
  "TEMBO_S3_ENDPOINT",
  "TEMBO_S3_REGION",
  "TEMBO_S3_PATH_STYLE",
  "TEMBO_S3_ACCESS_KEY_ID",
  "TEMBO_S3_SECRET_ACCESS_KEY",
] as const;

type Read = <T>(name: (typeof blobVariables)[number], fallback: T, parse: Parser<T>) => T;

export function parseBlobs(read: Read): BlobsConfig {
  const place = read<FolderConfig | Pick<S3Config, "kind" | "bucket" | "prefix">>(
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

function readKeys(read: Read): S3Config["credentials"] {
  const secret = read<string | null>("TEMBO_S3_SECRET_ACCESS_KEY", null, headerValue);
  const keys = read<S3Config["credentials"]>("TEMBO_S3_ACCESS_KEY_ID", null, (text) => {
    if (secret === null) throw new Fault("requires TEMBO_S3_SECRET_ACCESS_KEY: set both");
    return { accessKeyId: headerValue(text), secretAccessKey: secret };
  });
  return keys;
}

function blobPlace(text: string): FolderConfig | Pick<S3Config, "kind" | "bucket" | "prefix"> {
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
