export const session = {
  transcript: "Transcript",
  newBelow: "New below",
  connection: {
    live: "Live",
    connecting: "Connecting",
    lost: "Connection lost: trying again. Nothing is missed.",
  },
  you: "You",
  agent: "Agent",
  thought: "Thought",
  send: "Send",
  message: "Message",
  placeholder: "Say what to do next",
  stop: "Stop",
};
