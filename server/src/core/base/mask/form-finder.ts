/** Searches for many forms at once, in time proportional to the length of the input (Aho and Corasick, 1975). */
export interface FormFinder {
  /** Processes one UTF-16 unit and returns the next state. The first state of each string is `start`. */
  next(state: number, unit: number): number;
  /** Returns the number of most recent units that may be the beginning of a form. */
  pending(state: number): number;
  /** Returns the length of the longest form that ends here, or 0 if none does. */
  foundLength(state: number): number;
  /** Returns the owner of the longest form that ends here. Meaningful only if `foundLength` is not 0. */
  foundOwner(state: number): number;
  /** True if no form begins with the unit. In the state `start`, such a unit can be skipped. */
  isIdle(unit: number): boolean;
}

export const start = 0;

/**
 * Maximum number of states. A state uses 26 bytes. Forms that do not fit are omitted, so pass the most important forms
 * first.
 */
const maxStates = 4_000_000;

/**
 * Builds a finder. The caller chooses the `owner` of each form. If two forms are equal, the first owner applies. Forms
 * must not be empty.
 */
export function createFormFinder(
  forms: readonly { readonly form: string; readonly owner: number }[],
): FormFinder {
  const size = Math.min(maxStates, 1 + forms.reduce((sum, { form }) => sum + form.length, 0));
  const trie = new Trie(size);
  for (const { form, owner } of forms) trie.add(form, owner);
  trie.link();
  const { pending, foundLength, foundOwner, first } = trie;
  return {
    next: (state, unit) => trie.next(state, unit),
    pending: (state) => pending[state]!,
    foundLength: (state) => foundLength[state]!,
    foundOwner: (state) => foundOwner[state]!,
    isIdle: (unit) => first[unit] === 0,
  };
}

/**
 * Trie in flat arrays. The children of a state form a linked list, because nearly all states have at most one child.
 */
class Trie {
  readonly pending: Int32Array;
  readonly foundLength: Int32Array;
  readonly foundOwner: Int32Array;
  /** Children of the start state by unit; 0 means none. */
  readonly first = new Int32Array(0x10000);
  private readonly unit: Uint16Array;
  private readonly child: Int32Array;
  private readonly sibling: Int32Array;
  private readonly fallback: Int32Array;
  private count = 1;

  constructor(size: number) {
    this.pending = new Int32Array(size);
    this.foundLength = new Int32Array(size);
    this.foundOwner = new Int32Array(size);
    this.unit = new Uint16Array(size);
    this.child = new Int32Array(size);
    this.sibling = new Int32Array(size);
    this.fallback = new Int32Array(size);
  }

  add(form: string, owner: number): void {
    if (this.count + form.length > this.pending.length) return;
    let state = start;
    for (let index = 0; index < form.length; index++) {
      const unit = form.charCodeAt(index);
      state = this.childOf(state, unit) || this.grow(state, unit);
    }
    if (this.foundLength[state] !== 0) return;
    this.foundLength[state] = form.length;
    this.foundOwner[state] = owner;
  }

  /**
   * Computes the fallback states in breadth-first order, so that the fallback states of shorter prefixes are already
   * known.
   */
  link(): void {
    const queue = new Int32Array(this.count);
    let end = 1;
    for (let at = 0; at < end; at++) {
      const parent = queue[at]!;
      for (let state = this.child[parent]!; state !== 0; state = this.sibling[state]!) {
        queue[end++] = state;
        const fallback = parent === start ? start : this.next(this.fallback[parent]!, this.unit[state]!);
        this.fallback[state] = fallback;
        if (this.foundLength[state] === 0) {
          this.foundLength[state] = this.foundLength[fallback]!;
          this.foundOwner[state] = this.foundOwner[fallback]!;
        }
      }
    }
  }

  next(state: number, unit: number): number {
    for (let from = state; from !== start; from = this.fallback[from]!) {
      const child = this.childOf(from, unit);
      if (child !== 0) return child;
    }
    return this.first[unit]!;
  }

  private childOf(state: number, unit: number): number {
    if (state === start) return this.first[unit]!;
    let child = this.child[state]!;
    while (child !== 0 && this.unit[child] !== unit) child = this.sibling[child]!;
    return child;
  }

  private grow(parent: number, unit: number): number {
    const state = this.count++;
    this.unit[state] = unit;
    this.pending[state] = this.pending[parent]! + 1;
    this.sibling[state] = this.child[parent]!;
    this.child[parent] = state;
    if (parent === start) this.first[unit] = state;
    return state;
  }
}
