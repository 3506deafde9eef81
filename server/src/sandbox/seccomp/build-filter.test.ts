import assert from "node:assert/strict";
import { test } from "node:test";
import { buildFilter } from "./build-filter.ts";
import { architectures, highestKnownCall, refusedCalls } from "./system-calls.ts";

const allowed = 0x7fff0000;

test("kills a process that makes a system call for another architecture, before checking the call number", () => {
  for (const processor of ["x64", "arm64"] as const) {
    const words = read(buildFilter({ processor }));
    assert.deepEqual(words.slice(0, 3), [
      { code: 0x20, jumpTrue: 0, jumpFalse: 0, value: 4 },
      { code: 0x15, jumpTrue: 1, jumpFalse: 0, value: architectures[processor]!.auditArch },
      { code: 0x06, jumpTrue: 0, jumpFalse: 0, value: 0x80000000 },
    ]);
  }
});

test("returns the listed error for every blocked system call, and allows all others", () => {
  for (const processor of ["x64", "arm64"] as const) {
    const { auditArch, column } = architectures[processor]!;
    const program = read(buildFilter({ processor }));
    const call = (number: number, args: number[] = []) => evaluate(program, auditArch, number, args);
    for (const { errno, calls } of refusedCalls) {
      for (const entry of calls) {
        const number = entry[column + 1];
        if (number === null) continue;
        assert.equal(call(Number(number)), 0x50000 | (errno === "EPERM" ? 1 : 38), `${entry[0]}`);
      }
    }
    assert.equal(call(0), 0x7fff0000);
    assert.equal(call(highestKnownCall), 0x7fff0000);
    assert.equal(call(highestKnownCall + 1), 0x50000 | 38);
    assert.equal(call(0x40000000 + 165), 0x50000 | 38, "blocks mount of the x32 interface");
  }
});

test("allows a builder only bind mounts and changes of propagation, with any flags that the kernel ignores", () => {
  for (const processor of ["x64", "arm64"] as const) {
    const { auditArch, examined } = architectures[processor]!;
    const program = read(buildFilter({ processor, programs: "builder" }));
    const isAllowed = (number: number, ...args: number[]) =>
      evaluate(program, auditArch, number, args) === 0x7fff0000;
    const [bind, remount, slave, move, magic] = [0x1000, 0x20, 0x80000, 0x2000, 0xc0ed0000];
    for (const flags of [bind, bind | remount | 1, slave | 0x4000, bind | slave])
      assert.ok(isAllowed(examined.mount, 0, 0, 0, flags), flags.toString(16));
    for (const flags of [0, 1, remount, remount | slave, move, magic, (magic | bind) >>> 0])
      assert.ok(!isAllowed(examined.mount, 0, 0, 0, flags), flags.toString(16));
    for (const call of [examined.clone, examined.unshare]) {
      assert.ok(isAllowed(call, 0x04020000));
      for (const flag of [0x02000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000])
        assert.ok(!isAllowed(call, flag), flag.toString(16));
    }
    const session = read(buildFilter({ processor }));
    assert.equal(
      evaluate(session, auditArch, examined.mount, [0, 0, 0, bind]),
      0x50001,
      "control: a session",
    );
  }
});

test("allows containers to mount file systems, but not to move or change them, or to create user and network namespaces", () => {
  for (const processor of ["x64", "arm64"] as const) {
    const { auditArch, column, examined } = architectures[processor]!;
    const program = read(buildFilter({ processor, programs: "containers" }));
    const call = (number: number, ...args: number[]) => evaluate(program, auditArch, number, args);
    const [bind, remount, slave, move, magic] = [0x1000, 0x20, 0x80000, 0x2000, 0xc0ed0000];
    for (const flags of [0, 1, bind, bind | remount | 1, slave | 0x4000])
      assert.equal(call(examined.mount, 0, 0, 0, flags), allowed, flags.toString(16));
    for (const flags of [remount, remount | slave, move, move | 1, magic, (magic | bind) >>> 0])
      assert.equal(call(examined.mount, 0, 0, 0, flags), 0x50001, flags.toString(16));
    for (const number of [examined.clone, examined.unshare]) {
      assert.equal(call(number, 0x2c020000), allowed);
      for (const flag of [0x02000000, 0x10000000, 0x40000000])
        assert.equal(call(number, flag), 0x50001, flag.toString(16));
    }
    const permitted = refusedCalls.flatMap(({ calls }) =>
      calls.flatMap((entry) => {
        const number = entry[column + 1];
        return number !== null && call(Number(number)) === allowed ? entry[0] : [];
      }),
    );
    assert.deepEqual(permitted.sort(), ["chroot", "mount", "pivot_root", "sethostname", "setns", "umount2"]);
  }
});

test("lists each system call number only once", () => {
  for (const column of [1, 2] as const) {
    const numbers = refusedCalls
      .flatMap(({ calls }) => calls.map((call) => call[column]))
      .filter((number) => number !== null);
    assert.equal(new Set(numbers).size, numbers.length);
  }
});

test("rejects an unknown processor architecture", () => {
  assert.throws(() => buildFilter({ processor: "mips" }), { code: "sandbox_unavailable" });
});

interface Word {
  readonly code: number;
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  readonly value: number;
}

function read(bytes: Buffer): Word[] {
  return Array.from({ length: bytes.length / 8 }, (_, index) => ({
    code: bytes.readUInt16LE(index * 8),
    jumpTrue: bytes[index * 8 + 2]!,
    jumpFalse: bytes[index * 8 + 3]!,
    value: bytes.readUInt32LE(index * 8 + 4),
  }));
}

/** Interprets the instructions that the filters use. */
function evaluate(program: readonly Word[], arch: number, number: number, args: readonly number[]): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number, 0);
  data.writeUInt32LE(arch, 4);
  args.forEach((value, index) => {
    data.writeBigUInt64LE(BigInt(value), 16 + index * 8);
  });
  let accumulator = 0;
  for (let at = 0; ; at++) {
    const { code, jumpTrue, jumpFalse, value } = program[at]!;
    if (code === 0x06) return value;
    if (code === 0x20) accumulator = data.readUInt32LE(value);
    else if (code === 0x54) accumulator = (accumulator & value) >>> 0;
    else {
      const holds =
        code === 0x15
          ? accumulator === value
          : code === 0x25
            ? accumulator > value
            : (accumulator & value) !== 0;
      at += holds ? jumpTrue : jumpFalse;
    }
  }
}
