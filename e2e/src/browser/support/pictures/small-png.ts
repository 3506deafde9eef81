import { crc32, deflateSync } from "node:zlib";
import { PNG } from "pngjs";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MAX_COLORS = 256;
const BITS = 8;
const INDEXED = 3;

/**
 * Returns the image with its 256 most frequent colors. Replaces every other color with the nearest of these. Only the
 * edges of letters change, which is not visible.
 */
export function smallPng(picture: Buffer): Buffer {
  const { width, height, data } = PNG.sync.read(picture);
  const colors = Array.from({ length: width * height }, (_, pixel) => data.readUInt32BE(pixel * 4) >>> 8);
  const counts = new Map<number, number>();
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1);
  const palette = [...counts.keys()]
    .sort((one, other) => counts.get(other)! - counts.get(one)! || one - other)
    .slice(0, MAX_COLORS);
  const places = new Map([...counts.keys()].map((color) => [color, nearest(palette, color)]));

  const rows = Buffer.alloc((width + 1) * height);
  for (const [pixel, color] of colors.entries())
    rows[Math.floor(pixel / width) * (width + 1) + 1 + (pixel % width)] = places.get(color)!;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([BITS, INDEXED], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette.flatMap(channels))),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const channels = (color: number) => [color >>> 16, (color >>> 8) & 255, color & 255] as const;

function nearest(palette: readonly number[], color: number): number {
  const wanted = channels(color);
  let [best, distance] = [0, Number.POSITIVE_INFINITY];
  for (const [place, one] of palette.entries()) {
    const away = channels(one).reduce((sum, channel, at) => sum + (channel - wanted[at]!) ** 2, 0);
    if (away < distance) [best, distance] = [place, away];
  }
  return best;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "ascii"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
