/** One line of the protocol, without its line end; long ones are cut by whoever keeps them. */
export interface ProtocolLine {
  readonly direction: "toHarness" | "fromHarness";
  readonly text: string;
}
