/** A line of the protocol, without its line break. The recorder limits its length. */
export interface ProtocolLine {
  readonly direction: "toHarness" | "fromHarness";
  readonly text: string;
}
