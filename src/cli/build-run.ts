import { type Bundle, buildAgent, buildBundle } from "../espruino/build/bundle.js";
import { sha256 } from "../espruino/build/encode-bundle.js";
import { requireBoard } from "../image/board-target.js";
import type { BuildFlags } from "./build.js";
import { buildForDeviceScript } from "./build-devicescript.js";
import { pinsText, writeWhole } from "./built-file.js";

/** Builds, writes the bundle and its map, and prints what was made. @throws SluiceError */
export async function runBuild(dev: string | undefined, flags: BuildFlags): Promise<void> {
  const board = requireBoard(flags.board);
  if (board.devicescript !== undefined) return buildForDeviceScript(dev, board, flags);
  const bundle =
    dev === undefined
      ? await buildAgent(board)
      : await buildBundle({
          dev,
          board,
          ...(flags.manifest !== undefined && { manifest: flags.manifest }),
          ...(flags.version !== undefined && { version: flags.version }),
        });
  await writeWhole(flags.output, bundle.bytes);
  await writeWhole(`${flags.output}.map`, Buffer.from(bundle.map));
  for (const warning of bundle.warnings) process.stderr.write(`warning: ${warning}\n`);
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(summary(bundle, board.id, flags.output))}\n`
      : text(bundle, board.id, flags.output),
  );
}

function summary({ header, bytes }: Bundle, board: string, file: string): Record<string, unknown> {
  const { name, version, safePins, agentVersion } = header;
  return {
    file,
    map: `${file}.map`,
    bytes: bytes.length,
    sha256: sha256(bytes),
    name,
    version,
    board,
    safePins,
    agentVersion,
  };
}

function text({ header, bytes }: Bundle, board: string, file: string): string {
  return [
    `${file}  ${header.name}@${header.version} for ${board}`,
    `  bytes     ${bytes.length}`,
    `  SHA-256   ${sha256(bytes)}`,
    `  safe pins ${pinsText(header.safePins)}`,
    "",
  ].join("\n");
}
