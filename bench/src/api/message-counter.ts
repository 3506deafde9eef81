/** Length of the part of a message that states its type and length. */
const HEADER = 5;
/** Messages that execute a statement: a simple query, and the execution of a prepared statement. */
const EXECUTES = new Set(["Q", "E"].map((type) => type.charCodeAt(0)));

/**
 * Counts the statements that a client sends over one connection, from the bytes of PostgreSQL's protocol. Messages may be
 * split over several chunks in any way.
 */
export class MessageCounter {
  #executed = 0;
  #hasStarted = false;
  #header = Buffer.alloc(0);
  #skip = 0;

  get executed(): number {
    return this.#executed;
  }

  add(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, rest.length);
        this.#skip -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      // The first message of a connection has no type.
      const wanted = (this.#hasStarted ? HEADER : HEADER - 1) - this.#header.length;
      this.#header = Buffer.concat([this.#header, rest.subarray(0, wanted)]);
      if (rest.length < wanted) return;
      rest = rest.subarray(wanted);
      const typeBytes = this.#hasStarted ? 1 : 0;
      if (this.#hasStarted && EXECUTES.has(this.#header[0]!)) this.#executed += 1;
      // The length includes itself, but not the type.
      this.#skip = this.#header.readInt32BE(typeBytes) - 4;
      this.#hasStarted = true;
      this.#header = Buffer.alloc(0);
    }
  }
}
