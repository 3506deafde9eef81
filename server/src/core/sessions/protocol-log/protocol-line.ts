/** A line of the protocol, without its line end. The recorder limits its length. */
export interface ProtocolLine {
  readonly direction: "toHarness" | "fromHarness";
  readonly text: string;
}
