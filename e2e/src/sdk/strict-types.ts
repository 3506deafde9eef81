/** Options of tsc that check types strictly, also those of packages, and write no files. */
export const strictTypes: readonly string[] = [
  "--noEmit",
  "--strict",
  "--module",
  "nodenext",
  "--skipLibCheck",
  "false",
];
