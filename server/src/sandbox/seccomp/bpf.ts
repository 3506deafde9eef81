/** Classic BPF instruction (linux/bpf_common.h, linux/filter.h). */

export interface Instruction {
  readonly code: number;
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  readonly value: number;
}

type Condition = Pick<Instruction, "code" | "value">;

/** BPF_JMP | BPF_K with BPF_JEQ, BPF_JGT, BPF_JSET. */
export const isEqual = (value: number): Condition => ({ code: 0x15, value });
export const isAbove = (value: number): Condition => ({ code: 0x25, value });
export const hasAny = (value: number): Condition => ({ code: 0x45, value });

/** BPF_LD | BPF_W | BPF_ABS; BPF_ALU | BPF_AND | BPF_K; BPF_RET | BPF_K. */
export const load = (value: number): Instruction => plain(0x20, value);
export const and = (value: number): Instruction => plain(0x54, value);
export const giveBack = (value: number): Instruction => plain(0x06, value);

const plain = (code: number, value: number): Instruction => ({ code, jumpTrue: 0, jumpFalse: 0, value });

export function when(condition: Condition, then: readonly Instruction[]): Instruction[] {
  return [{ ...condition, jumpTrue: 0, jumpFalse: distance(then) }, ...then];
}

export function unless(condition: Condition, then: readonly Instruction[]): Instruction[] {
  return [{ ...condition, jumpTrue: distance(then), jumpFalse: 0 }, ...then];
}

function distance(skipped: readonly Instruction[]): number {
  if (skipped.length > 255) throw new RangeError("A jump of a BPF program spans more than 255 instructions.");
  return skipped.length;
}

export function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(({ code, jumpTrue, jumpFalse, value }, index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jumpTrue, index * 8 + 2);
    bytes.writeUInt8(jumpFalse, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  });
  return bytes;
}
