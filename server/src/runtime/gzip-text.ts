import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

const compress = promisify(gzip);
const decompress = promisify(gunzip);

export const gzipText = (text: string): Promise<Buffer> => compress(text);

/** Decompresses a text. Rejects if it has more than `maxBytes`. */
export async function gunzipText(bytes: Buffer, maxBytes: number): Promise<string> {
  return (await decompress(bytes, { maxOutputLength: maxBytes })).toString("utf8");
}
