/** Result of one check. `fix` says what to do; null when nothing has to be done. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** Without it no turn can run. */
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
