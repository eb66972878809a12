import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { slh_dsa_sha2_128s as slhDsa } from "@noble/post-quantum/slh-dsa.js";
import { type Board, chips } from "../boards/index.js";
import { BundleKind, Engine } from "../src/core/bundle/header.js";
import { storeFileLength, storeFileName, storeLayout } from "../src/core/update/store.js";
import { espruinoPort } from "../src/espruino/build/board-constants.js";
import { bundleScript } from "../src/espruino/build/bundle.js";
import { encodeBundle } from "../src/espruino/build/encode-bundle.js";
import { StorageFiles, textFile } from "../src/espruino/storage-files.js";
import { packageRoot } from "../src/node/package-root.js";
import { filler } from "../test/support/images.js";

export interface EngineRun {
  /** What device/hot-path.ts does. */
  readonly work: "feed" | "digest" | "path";
  readonly digest: "interpreted" | "native" | "none";
  /** Bytes of one 'data' event. */
  readonly chunk: number;
}

/** Where valgrind loads a position-independent program. */
const valgrindBase = 0x108000;

/** Device code on a real Espruino, its cost in host instructions where valgrind can count them, else in microseconds. */
export class EngineBench {
  readonly #folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  readonly hasValgrind = spawnSync("valgrind", ["--version"]).status === 0;
  readonly unit = this.hasValgrind ? "instructions" : "microseconds";
  /** Start, update and finish of the MD5 in the engine's TLS, which its scripts reach at fixed addresses only. */
  readonly nativeMd5: readonly number[] | undefined;

  constructor(
    private readonly engine: string,
    private readonly board: Board,
  ) {
    this.nativeMd5 = this.hasValgrind ? md5Addresses(engine) : undefined;
  }

  /**
   * Cost of a byte: two runs of different length, so that start and end of the engine fall away.
   * @throws Error when the engine did not do what it should have done
   */
  async perByte(run: EngineRun): Promise<number> {
    const [short, long] = run.digest === "interpreted" ? [0x400, 0xc00] : [0xa000, 0x1e000];
    const costs = [await this.#cost(run, short), await this.#cost(run, long)];
    return (costs[1] - costs[0]) / (long - short);
  }

  /** Cost of verifying a signature; what it takes to start the engine and to load the code falls away. */
  async verification(): Promise<number> {
    const message = new Uint8Array(144).fill(3);
    const { publicKey, secretKey } = slhDsa.keygen(new Uint8Array(48).fill(7));
    const signature = slhDsa.internal.sign(message, secretKey, { extraEntropy: false });
    const run = (length: number, result: boolean): Promise<number> =>
      this.#measure(
        "bench/device/signature.ts",
        { BENCH_MESSAGE: `${message.length}`, BENCH_SIGNATURE: `${length}` },
        Buffer.concat([publicKey, message, signature]),
        `${result}`,
      );
    return (await run(signature.length, true)) - (await run(signature.length - 1, false));
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }

  async #cost(run: EngineRun, bytes: number): Promise<number> {
    const image = bundleOf(this.board, bytes);
    const md5 = createHash("md5").update(image).digest("hex");
    const define = {
      BENCH_WORK: JSON.stringify(run.work),
      BENCH_DIGEST: JSON.stringify(run.digest),
      BENCH_BYTES: `${bytes}`,
      BENCH_CHUNK: `${run.chunk}`,
      BENCH_MD5: JSON.stringify(md5),
      BENCH_NATIVE_MD5: JSON.stringify(this.nativeMd5 ?? [0, 0, 0]),
    };
    const wanted = run.work === "path" ? "OK" : run.work === "digest" ? md5 : `${bytes}`;
    return this.#measure("bench/device/hot-path.ts", define, image, wanted);
  }

  /** @param image what Storage's file "image" holds; @param wanted the result that the program prints */
  async #measure(
    program: string,
    define: Record<string, string>,
    image: Uint8Array,
    wanted: string,
  ): Promise<number> {
    const entry = join(packageRoot(), program);
    const { code } = await bundleScript({ entry, kind: "loader", board: this.board, define });
    // From flash, as on a board: the code of functions stays there.
    const start = 'sluiceCode=require("Storage").read("code");eval(sluiceCode);quit();';
    writeFileSync(join(this.#folder, "bench.js"), start);
    writeFileSync(join(this.#folder, "espruino.flash"), storageWith(this.board, image, code));
    const counts = join(this.#folder, "counts");
    const valgrind = ["valgrind", "--tool=callgrind", `--callgrind-out-file=${counts}`];
    const [command, ...args] = [...(this.hasValgrind ? valgrind : []), this.engine, "bench.js"];
    const { stdout, status } = spawnSync(command, args, {
      cwd: this.#folder,
      encoding: "latin1",
      timeout: 300_000,
      killSignal: "SIGKILL",
    });
    if (!stdout.includes(`#result ${wanted}`)) throw new Error(`the engine ended with ${status}: ${stdout}`);
    if (!this.hasValgrind) return Number(/#us ([\d.]+)/.exec(stdout)?.[1]);
    return Number(/^summary: (\d+)/m.exec(readFileSync(counts, "utf8"))?.[1]);
  }
}

function md5Addresses(engine: string): readonly number[] | undefined {
  const { stdout } = spawnSync("nm", [engine], { encoding: "utf8" });
  const found = ["starts", "update", "finish"].map((name) =>
    new RegExp(`^([0-9a-f]+) T mbedtls_md5_${name}(_ret)?$`, "m").exec(stdout ?? ""),
  );
  if (found.includes(null)) return undefined;
  return found.map((match) => Number.parseInt(match?.[1] ?? "", 16) + valgrindBase);
}

/** A bundle of so many bytes that the board takes. */
function bundleOf(board: Board, bytes: number): Uint8Array {
  const fields = {
    kind: BundleKind.App,
    engine: Engine.Espruino,
    family: chips[board.chip].family,
    name: "bench",
    version: "2.0.0",
    agentVersion: "",
    safePins: [],
  };
  return encodeBundle(fields, filler(bytes - 256));
}

/** Storage with empty slots, and files with the bench's code and the image that it sends. */
function storageWith(board: Board, image: Uint8Array, code: string): Uint8Array {
  const { storage, store } = espruinoPort(board);
  const area = new Uint8Array(storage.size).fill(0xff);
  const files = new StorageFiles(area);
  files.reserve(
    storeFileName,
    storeFileLength(storeLayout(board.blockLength, store.agentBlocks, store.appBlocks)),
  );
  files.add({ name: "image", flags: 0, data: image });
  files.add(textFile("code", code));
  return area;
}
