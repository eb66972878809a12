import { flashArea } from "../../src/board/flash-area.js";
import { NorFlash } from "../../src/board/nor-flash.js";
import { readDevsConfig } from "../../src/core/image/devicescript-config.js";
import type { Flash } from "../../src/core/ports.js";
import { anchorLength, anchorName, findGate } from "../../src/core/update/app-files.js";
import { storageHeaderLength, storeFileLength, storeFileName } from "../../src/core/update/store.js";
import { Tidy } from "../../src/core/update/tidy.js";
import { crashOf, exceptionText } from "../../src/devicescript/gateway/wssk/exception-report.js";
import { readBoardMessage, toProgram } from "../../src/devicescript/gateway/wssk/messages.js";
import {
  boardRandomOf,
  Direction,
  keyLength,
  Side,
  sessionKey,
  WsskSession,
} from "../../src/devicescript/gateway/wssk/session.js";
import { gatewayMessage, jsonLimit, programMessage } from "../../src/devicescript/messages.js";
import { SluiceError } from "../../src/errors/sluice-error.js";
import {
  memoryFlash,
  readStorageFiles,
  type StorageFile,
  StorageFiles,
} from "../../src/espruino/storage-files.js";
import { nodeBytes } from "../../src/node/bytes.js";
import { nodeCrypto } from "../../src/node/crypto.js";
import { readBoardRequest } from "../../src/server/wire/board-request.js";
import { boardMayPoll, operatorMayRead, secretHash } from "../../src/server/wire/credentials.js";
import { normaliseMac, pathSegments } from "../../src/server/wire/names.js";
import { goesOn, matchesEtag, rangeHolds, readRange } from "../../src/server/wire/range.js";
import { smallLayout } from "../../test/support/core-flash.js";
import { buildDevs } from "../../test/support/devs-image.js";
import { buildBundle } from "../../test/support/images.js";
import { bytesOf, Feed, latin1, must, mustEqual, type Target } from "../target.js";

const messages = [
  { do: "prepare", id: "a1", bytes: 4096, from: "192.168.1.2", waitMs: 8000 },
  { do: "report" },
  { say: "closing", id: "a1", reason: "closing valve 2", waitMs: 4000 },
  { say: "refused", id: "a1", reason: "no", retryMs: 0 },
  { say: "hello", app: "garden", version: "1.0.0", healthy: false, why: "no sensor", boots: 3, upMs: 1000 },
].map((one) => JSON.stringify(one));
const jsonWords = [
  ...'{ } [ ] : , " null true 1e999 -1 \\u0000 __proto__'.split(" "),
  ...'"do" "say" "id" "reason" "prepare" "hello"'.split(" "),
];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The messages of gateway and program: what is read is printed and read as the same, and fits into a frame. */
const programs: Target = {
  name: "devs-messages",
  most: 400,
  words: jsonWords,
  seeds: () => messages,
  run: (input) => {
    const value = parsed(latin1(input));
    for (const read of [gatewayMessage, programMessage]) {
      const one = read(value);
      if (one === undefined) continue;
      const text = JSON.stringify(one);
      mustEqual(read(JSON.parse(text)), one, "a message reads otherwise");
      must(text.length <= jsonLimit, `a message of ${text.length} bytes`);
    }
    const order = gatewayMessage(value);
    if (order !== undefined) must(toProgram(order).length <= 232, "a frame that is too long");
  },
};

/** A board's frames behind the key, whatever is in them; and reports of exceptions. */
const frames: Target = {
  name: "devs-frames",
  most: 600,
  words: [...jsonWords, "\x98\x02sluice\0", "! Exception: ", "! Unhandled exception", "* at ", "\n"],
  seeds: () => [
    ...messages.map((text) => `\x98\x02sluice\0${text}`),
    `\x93${"a".repeat(32)}`,
    "\x9a* Exception: RangeError\n* at fn\n! Unhandled exception\n",
    "\x9b! Exception: OutOfMemory\n",
    "\x94",
    "\x99\x01\x02",
  ],
  run: (input) => {
    const read = readBoardMessage(input);
    if (read.kind === "program")
      must(JSON.stringify(read.message).length <= jsonLimit, "a message that is too long");
    const text = latin1(input);
    must(exceptionText(text).split("\n").length <= 20, "a report that is too long");
    crashOf(text);
  },
};

const key = new Uint8Array(keyLength).fill(7);
const random = new Uint8Array(16).fill(9);

/** WSSK: a message opens once, in its order, and unchanged; nothing opens without the board's proof. */
const wssk: Target = {
  name: "devs-wssk",
  most: 300,
  words: ["devs-key-", "0".repeat(32)],
  seeds: () => [
    Uint8Array.of(0, 1, 3, 65, 66, 67, 1, 2, 68, 69),
    Uint8Array.of(2, 5, 1, 2, 3, 4, 5, 0, 3, 1, 4, 1),
  ],
  run: (input) => {
    const feed = new Feed(input);
    const session = new WsskSession(random, random, [key]);
    const board = new Direction(sessionKey(key, random, random), Side.Board);
    let isOpen = false;
    let last = new Uint8Array(0);
    while (!feed.isOver) {
      const step = feed.below(5);
      const plain = step === 0 ? new Uint8Array(keyLength) : feed.piece();
      if (step > 2) last = new Uint8Array(plain);
      else if (step < 2 && plain.length > 0) last = new Uint8Array(board.seal(plain));
      // Otherwise the last one once more.
      const isSealed = step < 2 && plain.length > 0;
      const result = session.receive(last);
      if (result.kind === "opened") {
        must(isSealed && !isOpen, "opened without a proof");
        isOpen = true;
      } else if (result.kind === "message") {
        must(isSealed && isOpen, "a message that the board has not sent");
        mustEqual(latin1(result.plain), latin1(plain), "another message");
      } else return;
    }
    const protocol = boardRandomOf(latin1(input));
    must(protocol === undefined || protocol.length === 16, "a random number of another length");
  },
};

/** The configuration inside a DeviceScript program. */
const config: Target = {
  name: "devs-config",
  most: 600,
  words: ["DCFG", "@name", "@version", "sPin.P33", "\xff\xff"],
  seeds: () => {
    const program = buildDevs();
    return [program.subarray(program.indexOf("DCFG"))];
  },
  run: (input) => {
    const read = readDevsConfig(nodeBytes, input);
    if (typeof read === "string") return;
    must(read.name.length <= input.length && read.safePins.length <= input.length / 24, "more than there is");
  },
};

const headers = [
  "User-Agent\nSluice-http-Update/0.1.0\nx-Sluice-STA-MAC\n30:AE:A4:00:00:07\nx-Sluice-free-space\n65536\nx-Sluice-app\ngarden",
  "User-Agent\nESP8266-http-Update\nx-ESP8266-STA-MAC\n18:FE:AA:0B:0C:0D\nx-ESP8266-AP-MAC\n1\nx-ESP8266-free-space\n1\nx-ESP8266-sketch-size\n1\nx-ESP8266-sketch-md5\n1\nx-ESP8266-chip-size\n1\nx-ESP8266-sdk-version\n1",
];

/** A board's request: all that is read from it is printable, short and a MAC, so that it can go into a page or a log. */
const request: Target = {
  name: "server-request",
  most: 900,
  words: [
    ...new Set(headers.flatMap((text) => text.split("\n"))),
    "\n",
    "x-ESP32-",
    "x-Sluice-version",
    "0123456789abcdef0123456789abcdef",
  ],
  seeds: () => headers,
  run: (input) => {
    const reading = readBoardRequest(latin1(input).split("\n"));
    if (reading.kind !== "board") return;
    const board = reading.request;
    mustEqual(normaliseMac(board.mac), board.mac, "a MAC address that is none");
    for (const value of Object.values(board)) {
      if (typeof value === "string")
        must(/^[\x20-\x7e]{0,100}$/.test(value), `a value of ${JSON.stringify(value)}`);
      if (typeof value === "number") must(Number.isSafeInteger(value) && value >= 0, `a number of ${value}`);
    }
  },
};

const secrets = {
  open: false,
  user: "me",
  passwordHash: secretHash("dandelion"),
  tokenHashes: [secretHash("token")],
};
const right = [`Basic ${Buffer.from("me:dandelion").toString("base64")}`, "Bearer token"];

/** Paths, ranges, tags and credentials of requests to the server. */
const wire: Target = {
  name: "server-wire",
  most: 700,
  words: [
    "bytes=",
    "0-0",
    "-5",
    "W/",
    '"tag"',
    "*",
    "%2e%2e",
    "%00",
    "../",
    "/",
    "?",
    "Basic ",
    "Bearer ",
    ...right,
  ],
  seeds: () => [
    "/update/garden?x",
    "/a%20b/%2e%2e",
    "bytes=0-99",
    "bytes=-5",
    'W/"tag", *',
    ...right,
    "18-fe-aa-0b-0c-0d",
  ],
  run: (input) => {
    const text = latin1(input);
    for (const one of pathSegments(text) ?? [])
      must(
        /^[\w.:+-]+$/.test(one) && !one.startsWith(".") && !one.includes(".."),
        `a segment ${JSON.stringify(one)}`,
      );
    for (const size of [0, 1, 1000]) {
      const range = readRange(text, size);
      if (typeof range === "object")
        must(range.first >= 0 && range.first <= range.last && range.last < size, "a range beyond the file");
    }
    if (goesOn(text, '"tag"', '"tag"'))
      must(typeof readRange(text, 2 ** 52) === "object", "a range that is none");
    matchesEtag(text, '"tag"');
    rangeHolds(text, '"tag"');
    const mac = normaliseMac(text);
    must(mac === undefined || /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(mac), "a MAC address that is none");
    if (!operatorMayRead(secrets, text))
      must(!boardMayPoll(secrets, text, null), "a board may, an operator may not");
    else must(/token|ZGFuZGVsaW9u|dG9rZW4|me:|bWU6|Om|Basic|basic/i.test(text), "credentials that are none");
    must(!boardMayPoll(secrets, text, secretHash("of another board")), "another board's token");
  },
};

const page = 1024;

/** Espruino's Storage: any content, and files that are written and found again. */
const storage: Target = {
  name: "storage-files",
  most: 2048,
  words: ["sluice", ".boot0", "sluice.end", anchorName, "\xff\xff\xff\xff", "\x20\0\0\0"],
  seeds: () => {
    const image = new Uint8Array(3 * page).fill(0xff);
    const files = new StorageFiles(image);
    files.add({ name: ".boot0", flags: 0, data: bytesOf("print(1)") });
    files.divide(page);
    return [image.slice(0, 2048), Uint8Array.of(1, 4, 65, 66, 67, 68, 9, 1, 2, 3)];
  },
  run: (input) => {
    const seen: StorageFile[] = [];
    const end = readStorageFiles(input, page, (file) => seen.push(file));
    must(end >= 0 && seen.length <= input.length / 32, "more files than there are");
    const whole = new Uint8Array(4 * page).fill(0xff);
    whole.set(input);
    const gate = findGate(nodeBytes, memoryFlash(whole, page));
    must(gate === -1 || (gate + 32) % page === 0, `a gate at ${gate}`);
    const feed = new Feed(input);
    const image = new Uint8Array(4 * page).fill(0xff);
    const files = new StorageFiles(image);
    const added: StorageFile[] = [];
    try {
      while (!feed.isOver && added.length < 20) {
        const file = { name: `f${added.length}`, flags: feed.below(2) * 64, data: feed.piece() };
        if (file.data.length === 0) continue;
        files.add(file);
        added.push(file);
      }
    } catch (error) {
      if (!(error instanceof SluiceError && error.code === "NOT_ENOUGH_SPACE")) throw error;
    }
    const found: StorageFile[] = [];
    readStorageFiles(image, page, (file) => found.push(file));
    const texts = (all: readonly StorageFile[]) =>
      all.map(({ name, flags, data }) => [name, flags, latin1(data)]);
    mustEqual(texts(found), texts(added), "other files than were written");
  },
};

const storageBlocks = 24;
const blank = new Uint8Array(storageBlocks * page).fill(0xff);

/** A Storage with loader and slots in front, an application in slot a, and any content where the application's files are. */
function divided(content: Uint8Array): {
  readonly chip: NorFlash;
  readonly flash: Flash;
  readonly start: number;
} {
  const image = blank.slice();
  const files = new StorageFiles(image);
  files.reserve(storeFileName, storeFileLength(smallLayout));
  files.divide(page);
  const slot = smallLayout.app[0] * page;
  image.set(buildBundle(), slot);
  const flash = memoryFlash(image, page);
  const start = findGate(nodeBytes, flash) + storageHeaderLength;
  image.set(content.slice(0, image.length - start - anchorLength), start + anchorLength);
  const chip = new NorFlash({ size: image.length, blockLength: page, content: image });
  chip.protect(0, slot + page, "loader, agents, and the application that runs");
  chip.protect(smallLayout.app[1] * page, start - page, "the other slot");
  return { chip, flash: flashArea(chip, 0, chip.size), start };
}

/** Tidying any content ends, changes nothing of Sluice's, and when done once more changes nothing at all. */
const tidy: Target = {
  name: "storage-tidy",
  most: 5000,
  words: ["\x04\0\0\0log", "\x20\0\0\x40a", "\0".repeat(28), "\xff".repeat(32), anchorName, "\0\0\0\x20"],
  seeds: () => {
    const image = blank.slice(0, 2 * page);
    const files = new StorageFiles(image);
    for (const name of ["log", "b", "c"]) files.add({ name, flags: 0, data: bytesOf(`${name} is here`) });
    return [image.slice(0, 200), Uint8Array.of(...image.slice(0, 50), ...new Uint8Array(28), 1)];
  },
  run: (input) => {
    const { chip, flash, start } = divided(input);
    const files = (): Uint8Array => chip.read(start, chip.size - start);
    let before = files();
    for (let turn = 0; turn < 2; turn++) {
      const work = new Tidy(nodeBytes, nodeCrypto, flash, flash, smallLayout);
      try {
        work.begin(0, 0, "", () => undefined);
        work.finish();
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith("Storage "))) throw error;
        must(turn === 0, error.message);
        mustEqual(latin1(files()), latin1(before), "it has no room, and something is gone");
        return;
      }
      must(!new Tidy(nodeBytes, nodeCrypto, flash, flash, smallLayout).isBegun(), "it has not ended");
      if (turn === 1) mustEqual(latin1(files()), latin1(before), "what is tidy is not left alone");
      before = files();
    }
  },
};

export const hostTargets: readonly Target[] = [programs, frames, wssk, config, request, wire, storage, tidy];
