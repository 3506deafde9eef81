import { isSame } from "./is-same.ts";

export interface EditState<Values> {
  /** Values when editing began. */
  readonly base: Values;
  readonly draft: Values;
}

export interface ShownEdit<Values> extends EditState<Values> {
  readonly isDirty: boolean;
  /** True if the current values have changed since editing began. */
  readonly hasMoved: boolean;
}

/** Returns the values of each field that decide whether the field has changed. */
export type Compared<Values> = (values: Values) => { readonly [Field in keyof Values]: unknown };

/** Returns the edits on these current values. Edits that changed nothing do not hide newer values. Pure. */
export function showEdit<Values>(
  edit: EditState<Values> | null,
  current: Values,
  compared: Compared<Values>,
): ShownEdit<Values> {
  if (edit === null || isSame(compared(edit.base), compared(edit.draft)))
    return { base: current, draft: current, isDirty: false, hasMoved: false };
  return { ...edit, isDirty: true, hasMoved: !isSame(compared(edit.base), compared(current)) };
}

/** Returns the edits on top of other values: fields that the user did not edit take the other values. Pure. */
export function rebaseEdit<Values extends object>(
  { base, draft }: EditState<Values>,
  onto: Values,
  compared: Compared<Values>,
): EditState<Values> {
  const [before, after] = [compared(base), compared(draft)];
  const fields = Object.keys(draft) as (keyof Values)[];
  const edited = fields.filter((field) => !isSame(before[field], after[field]));
  const edits = Object.fromEntries(edited.map((field) => [field, draft[field]])) as Partial<Values>;
  return { base: onto, draft: { ...onto, ...edits } };
}

/** Returns the edits that remain after the server has saved `submitted` as `saved`, or null. Pure. */
export function settleEdit<Values extends object>(
  edit: EditState<Values> | null,
  { submitted, saved }: { readonly submitted: Values; readonly saved: Values },
  compared: Compared<Values>,
): EditState<Values> | null {
  if (edit === null || isSame(compared(edit.draft), compared(submitted))) return null;
  return rebaseEdit({ base: submitted, draft: edit.draft }, saved, compared);
}
