import { storableJson } from "./storable.ts";

interface Traits<IsGenerated extends boolean> {
  /** PostgreSQL type, as written in `schema.sql`. */
  readonly type: string;
  readonly isNullable: boolean;
  /** True if PostgreSQL generates the value, so that no statement writes it. */
  readonly isGenerated: IsGenerated;
  /** Column name, or null for the field's name in snake case. */
  readonly name: string | null;
  /**
   * Type to cast the column to, or null if no cast is needed. The driver returns some numeric types as text, and the cast makes it return a number.
   */
  readonly castTo: string | null;
  readonly isJson: boolean;
}

/** A column of a table. `Value` is the TypeScript type of its values. */
export class Column<Value, IsGenerated extends boolean = false> {
  declare readonly value: Value;
  readonly traits: Traits<IsGenerated>;

  constructor(traits: Traits<IsGenerated>) {
    this.traits = traits;
  }

  /** Narrows the type of the values, for example to those that a check constraint allows. */
  as<Narrow extends Value>(): Column<Narrow, IsGenerated> {
    return new Column(this.traits);
  }

  orNull(): Column<Value | null, IsGenerated> {
    return new Column({ ...this.traits, isNullable: true });
  }

  named(name: string): Column<Value, IsGenerated> {
    return new Column({ ...this.traits, name });
  }

  generated(): Column<Value, true> {
    return new Column({ ...this.traits, isGenerated: true });
  }

  nameFor(field: string): string {
    return this.traits.name ?? field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }

  /** Returns SQL for `select` or `returning` that reads the column under its field's name. */
  readAs(field: string, alias?: string): string {
    const name = this.nameFor(field);
    const { castTo } = this.traits;
    const value = `${alias === undefined ? "" : `${alias}.`}${name}${castTo === null ? "" : `::${castTo}`}`;
    return castTo === null && field === name ? value : `${value} as "${field}"`;
  }

  /** Encodes a value as a query parameter. */
  encode(value: unknown): unknown {
    return this.traits.isJson && value !== null ? storableJson(value) : value;
  }
}

const column = <Value>(type: string, traits: Partial<Traits<false>> = {}) =>
  new Column<Value>({
    ...{ type, isNullable: false, isGenerated: false, name: null, castTo: null, isJson: false },
    ...traits,
  });

export const uuid = column<string>("uuid");
export const text = column<string>("text");
export const integer = column<number>("integer");
export const bigint = column<number>("bigint", { castTo: "float8" });
export const boolean = column<boolean>("boolean");
export const bytes = column<Buffer>("bytea");
export const timestampType = "timestamp(3) with time zone";
export const timestamp = column<Date>(timestampType);
export const textArray = column<readonly string[]>("text[]");
export const uuidArray = column<readonly string[]>("uuid[]");
export const json = <Value>() => column<Value>("jsonb", { isJson: true });
