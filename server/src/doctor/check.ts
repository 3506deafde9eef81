/** Result of one check. `fix` is an instruction, or null if the check passed. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** True if turns cannot run unless the check passes. */
  readonly isRequired: boolean;
  readonly detail: string;
  readonly fix: string | null;
}

export function passed(name: string, detail: string, isRequired = true): Check {
  return { name, ok: true, isRequired, detail, fix: null };
}

export function failed(name: string, detail: string, fix: string, isRequired = true): Check {
  return { name, ok: false, isRequired, detail, fix };
}
