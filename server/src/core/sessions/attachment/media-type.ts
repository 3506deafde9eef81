/** Picture formats that models accept, with a check of their leading bytes. */
const pictures: readonly (readonly [mediaType: string, isIt: (head: Buffer) => boolean])[] = [
  ["image/png", (head) => head.subarray(0, 8).equals(Buffer.from("89504e470d0a1a0a", "hex"))],
  ["image/jpeg", (head) => head.subarray(0, 3).equals(Buffer.from("ffd8ff", "hex"))],
  ["image/gif", (head) => /^GIF8[79]a/.test(head.toString("latin1", 0, 6))],
  ["image/webp", (head) => /^RIFF.{4}WEBP/s.test(head.toString("latin1", 0, 12))],
];

/**
 * Returns the picture type that the leading bytes identify. For other content, returns the type that the client sent,
 * or `application/octet-stream` if that type is missing, invalid or an image type.
 */
export function mediaTypeOf(head: Buffer, claimed: string | null): string {
  const found = pictures.find(([, isIt]) => isIt(head))?.[0];
  if (found !== undefined) return found;
  const plain = claimed?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const isFit = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,60}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}$/.test(plain);
  return isFit && !plain.startsWith("image/") ? plain : "application/octet-stream";
}

export const isPicture = (mediaType: string) => pictures.some(([known]) => known === mediaType);
