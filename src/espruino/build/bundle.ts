import { join, resolve } from "node:path";
import { type Board, chips } from "../../../boards/index.js";
import { type AppHeader, appHeaderLength, BundleKind, Engine } from "../../core/bundle/header.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { packageRoot, packageVersion } from "../../node/package-root.js";
import { type PartSource, partSources } from "./agent-parts.js";
import { boardConstants, espruinoPort } from "./board-constants.js";
import {
  type CompiledScript,
  compileParts,
  compileScript,
  memberNames,
  minifyScript,
  type PartStart,
  type ScriptRequest,
} from "./bundle-script.js";
import { refuseDialect } from "./dialect.js";
import { type BundleFields, decodeBundle, encodeBundle } from "./encode-bundle.js";
import { type BuildRequest, readDevManifest } from "./manifest.js";
import { refuseForeignFiles } from "./own-files.js";
import { rewriteScript } from "./rewrite.js";
import { packedPage } from "./web-page.js";

export interface Bundle extends CompiledScript {
  /** The `*.app` file. */
  readonly bytes: Uint8Array;
  readonly header: AppHeader;
  /** Sentences for the user; nothing that stops the build. */
  readonly warnings: readonly string[];
}

/**
 * One script for the board, checked for what its engine lacks, before and after minifying. An application is rewritten
 * where the engine would run it differently; our own code is written for the engine.
 * @throws SluiceError BUILD_FAILED, UNSUPPORTED_SYNTAX, NOT_YOUR_FILE, UNKNOWN_MODULE, MODULE_CHANGED
 */
export async function bundleScript(request: ScriptRequest): Promise<CompiledScript> {
  const folder = resolve(request.entry, "..");
  const compiled = await compileScript(request);
  const isApp = request.kind === "app";
  const plain = isApp ? await rewriteScript(compiled, folder) : compiled;
  refuseDialect(plain, folder);
  if (isApp) refuseForeignFiles(plain, folder);
  const small = await minifyScript(plain, request, folder);
  refuseDialect(small, folder);
  return small;
}

/** bundleScript for the parts of the agent. */
async function partScripts(
  parts: readonly PartStart[],
  request: Omit<ScriptRequest, "entry">,
): Promise<readonly CompiledScript[]> {
  const folder = deviceFile("parts");
  const { plain, small } = await compileParts(folder, parts, request);
  for (const script of [plain, ...small]) refuseDialect(script, folder);
  return small;
}

/**
 * The application of a dev folder as a bundle. Same sources, same bytes.
 * @throws SluiceError FILE_NOT_READABLE, BAD_MANIFEST, BUILD_FAILED, UNSUPPORTED_SYNTAX, BUNDLE_TOO_LARGE, NO_ESPRUINO
 */
export async function buildBundle(request: BuildRequest): Promise<Bundle> {
  const manifest = await readDevManifest(request);
  const { name, version, agent: agentVersion, safePins } = manifest;
  const fields = { kind: BundleKind.App, name, version, agentVersion, safePins };
  const entry = join(request.dev, manifest.entry);
  const script = await bundleScript({ entry, kind: "app", board: request.board, folder: request.dev });
  return pack(fields, script, request.board, espruinoPort(request.board).store.appBlocks);
}

/** Sluice's own agent as a bundle, version and name the package's. @throws SluiceError as buildBundle */
export async function buildAgent(board: Board, entry = deviceFile("agent.ts")): Promise<Bundle> {
  const { agentBlocks } = espruinoPort(board).store;
  const page = await packedPage();
  const define = { SLUICE_PAGE_LENGTH: `${page.length}` };
  const constants = boardConstants(board, "");
  const isLeftOut = ({ file }: PartSource) =>
    (file === "firmware" && constants.BOARD_OTADATA === "0") ||
    (file === "names" && constants.BOARD_NAMES !== "true");
  const partFile = ({ file }: PartSource) => deviceFile(`parts/${file}.ts`);
  const files = new Set([entry, ...partSources.filter((part) => !isLeftOut(part)).map(partFile)]);
  const names = await memberNames([...files], { kind: "part", board, define });
  // They lie one behind the other behind the resident code; each end counts from the beginning of the first, in bytes.
  const made = partSources.filter((part) => !isLeftOut(part));
  const scripts = await partScripts(
    made.map((part) => ({ entry: partFile(part), opens: part.name })),
    { kind: "part", board, define, names },
  );
  const parts = partSources.map((part) => scripts[made.indexOf(part)]?.code ?? "");
  let end = 0;
  const ends = parts.map((part) => {
    end += part.length;
    return `${end}`.padStart(6);
  });
  const script = await bundleScript({
    entry,
    kind: "agent",
    board,
    names,
    define: { ...define, SLUICE_PART_ENDS: JSON.stringify(ends.join("")) },
  });
  const code = script.code + page + parts.join("");
  const fields = {
    kind: BundleKind.Agent,
    name: "sluice-agent",
    version: packageVersion(),
    agentVersion: "",
    safePins: [],
    startLength: script.code.length,
  };
  return pack(fields, { ...script, code }, board, agentBlocks);
}

/** The text of `.boot0`, which is written by cable only. @throws SluiceError as buildBundle */
export async function buildLoader(board: Board): Promise<CompiledScript> {
  return bundleScript({ entry: deviceFile("loader.ts"), kind: "loader", board });
}

function pack(
  fields: Omit<BundleFields, "engine" | "family">,
  script: CompiledScript,
  board: Board,
  blocks: number,
): Bundle {
  const made = { ...fields, engine: Engine.Espruino, family: chips[board.chip].family };
  const bytes = encodeBundle(made, new Uint8Array(Buffer.from(script.code, "latin1")));
  const room = blocks * board.blockLength;
  if (bytes.length > room) {
    const sizes = `${appHeaderLength} of header and ${script.code.length} of code; a slot on ${board.id} has ${room}`;
    throw new SluiceError(
      "BUNDLE_TOO_LARGE",
      `${fields.name} ${fields.version} has ${bytes.length} bytes, ${sizes}`,
    );
  }
  const warnings =
    fields.kind === BundleKind.App && fields.safePins.length === 0
      ? [`${fields.name} names no safe pins: at start the loader leaves every pin as the chip has it`]
      : [];
  return { ...script, bytes, header: decodeBundle(bytes).header, warnings };
}

function deviceFile(name: string): string {
  return join(packageRoot(), "src/espruino/device", name);
}
