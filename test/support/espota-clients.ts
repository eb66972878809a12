/** What an uploader does next on its TCP connection. */
export type ClientStep =
  | { readonly do: "send"; readonly bytes: number }
  /** Resumed with up to `most` chars, or with undefined after `ms` of nothing. */
  | { readonly do: "receive"; readonly most: number; readonly ms: number };

/** An uploader's loop over its connection; returns what it prints for its user, or why it failed. */
export type Client = Generator<ClientStep, string, string | undefined>;

/** tools/espota.py of arduino-esp32: 10 reads for the result since 3.3.1, 5 before. */
export function* esp32Client(size: number, results: number): Client {
  let last = "";
  for (let at = 0; at < size; at += 1024) {
    yield { do: "send", bytes: Math.min(1024, size - at) };
    const answer = yield { do: "receive", most: 10, ms: 10_000 };
    if (answer === undefined) return "Error Uploading";
    last = answer;
  }
  if (last.includes("OK")) return "Success";
  for (let count = 0; count < results; count++) {
    const answer = yield { do: "receive", most: 32, ms: 30_000 };
    if (answer?.includes("OK")) return "Success";
  }
  return "Error response from device";
}

/** tools/espota.py of esp8266/Arduino. An OK that comes with the answer to the last chunk is forgotten. */
export function* esp8266Client(size: number): Client {
  for (let at = 0; at < size; at += 1460) {
    yield { do: "send", bytes: Math.min(1460, size - at) };
    if ((yield { do: "receive", most: 32, ms: 10_000 }) === undefined) return "Error Uploading";
  }
  for (;;) {
    const answer = yield { do: "receive", most: 64, ms: 60_000 };
    if (answer === undefined) return "No Result!";
    if (answer.includes("E")) return answer;
    if (answer.includes("O")) return "Success";
  }
}

/** esp-ota of npm, with the chunk size it was given. */
export function* npmClient(size: number, chunk: number): Client {
  for (let at = 0; at < size; at += chunk) {
    yield { do: "send", bytes: Math.min(chunk, size - at) };
    const answer = yield { do: "receive", most: 65_536, ms: 10_000 };
    if (answer === undefined) return "Transmission timeout";
    if (answer.includes("OK")) return "Success";
  }
  for (;;) {
    const answer = yield { do: "receive", most: 65_536, ms: 10_000 };
    if (answer === undefined) return "Transmission timeout";
    if (answer.includes("OK")) return "Success";
  }
}
