/** Returns a prompt that makes the stub sleep, write a file and end its turn. */
export const stubPrompt = (sleepMs: number, file = "notes.txt") => `SLEEP=${sleepMs} FILE=${file} END`;
