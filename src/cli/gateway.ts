import type { Command } from "commander";
import type { BoardRow } from "../devicescript/gateway/endpoint/endpoint.js";
import type { EndpointClient } from "../devicescript/gateway/endpoint/endpoint-client.js";
import type { GatewayEvent } from "../devicescript/gateway/events.js";
import { SluiceError } from "../errors/sluice-error.js";
import { describeEvent, type EventWords } from "../events/describe-event.js";
import { readPassword } from "../host/password.js";
import { needPackage } from "../node/optional-package.js";
import { listenPort } from "./arguments.js";
import {
  columns,
  eventPrinter,
  printResult,
  processOutput,
  readCertificate,
  untilSignal,
} from "./terminal.js";

/** As commander parses them. */
interface GatewayFlags {
  readonly port?: number;
  readonly bind?: string;
  readonly state?: string;
  readonly passwordFile?: string;
  readonly trust?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
  readonly logs?: true;
  readonly json?: true;
}

/** `sluice gateway`: what DeviceScript boards connect to. */
export function addGateway(program: Command): void {
  const gateway = program
    .command("gateway")
    .enablePositionalOptions(false)
    .summary("the server that DeviceScript boards connect to")
    .description(
      "The server that DeviceScript boards keep a connection to: `sluice upload` sends programs through it, verified before they run and taken back when they are not well. Boards are made known to it by `sluice provision`.",
    )
    .option("--port <port>", "TCP port for boards; 0 takes a free one (else 8267)", listenPort)
    .option("--bind <address>", "only at this address of the computer (else at all)")
    .option("--state <dir>", "boards, keys and programs (else SLUICE_GATEWAY, else in your own state folder)")
    .option(
      "--password-file <file>",
      "boards that are not known may come with the key of this password (else SLUICE_PASSWORD)",
    )
    .option(
      "--trust <file...>",
      "give boards only programs signed by these keys (.pub of `sluice keys create`), three at most",
    )
    .option("--cert <file>", "certificate chain in PEM, for wss; a board takes public authorities only")
    .option("--key <file>", "the certificate's key in PEM")
    .option("--logs", "show the boards' logs; exceptions are always shown")
    .option("--json", "one event a line, for scripts")
    .addHelpText("after", "\nExample:\n  sluice gateway --state ./gateway\n")
    .action(runGateway);
  gateway
    .command("boards")
    .description("List the boards of the running gateway.")
    .addHelpText("after", "\nExample:\n  sluice gateway boards --state ./gateway\n")
    .action(async (_own: unknown, command: Command) => {
      const { json, state } = command.optsWithGlobals<GatewayFlags>();
      const rows = await (await clientOf(state)).boards();
      printResult(json, rows, boardsTable(rows));
    });
  gateway
    .command("rotate")
    .description("Give a connected board a new key, through the connection that the old one protects.")
    .argument("<name>", "the board's name or id")
    .addHelpText("after", "\nExample:\n  sluice gateway rotate garden --state ./gateway\n")
    .action(async (name: string, _own: unknown, command: Command) => {
      const { json, state } = command.optsWithGlobals<GatewayFlags>();
      await (await clientOf(state)).rotate(name);
      const words = `${name} was told its new key; the old one ends when it connects with it\n`;
      printResult(json, { event: "told", board: name }, words);
    });
}

const defaultPort = 8267;

/** What `sluice gateway` does: runs until SIGINT or SIGTERM. Rejects with SluiceError when it cannot. */
async function runGateway(flags: GatewayFlags): Promise<void> {
  const { gatewayFolder, StateFolder } = await import("../devicescript/gateway/store/state-folder.js");
  needPackage("jacdac-ts", "Talking to DeviceScript boards needs");
  const { Gateway } = await import("../devicescript/gateway/gateway.js");
  const { Endpoint } = await import("../devicescript/gateway/endpoint/endpoint.js");
  const { idOf, readTrust } = await import("../host/keys/key-file.js");
  const folder = new StateFolder(gatewayFolder(flags.state));
  await refuseSecond(folder.folder);
  const onEvent = eventPrinter(processOutput(flags), gatewayWords);
  const password = await readPassword(flags.passwordFile);
  const trust = (await readTrust(flags.trust)) ?? [];
  const tls = await readCertificate(flags, "wss");
  const gateway = new Gateway({ folder, password, trust, tls, logs: flags.logs ?? false, onEvent });
  const endpoint = new Endpoint(gateway, folder);
  const ended = untilSignal();
  const { port, address } = await gateway.listen(flags.port ?? defaultPort, flags.bind);
  await endpoint.open();
  const boards = gateway.boards().map(({ name }) => name);
  const trusted = trust.map((publicKey) => idOf({ publicKey }));
  const own = { folder: folder.folder, port, address, tls: tls !== undefined };
  onEvent({ event: "ready", ...own, boards, trusted });
  await ended;
  await endpoint.close();
  await gateway.close();
}

/** For the gateway that runs. @param state its folder, as `--state` has it */
async function clientOf(state: string | undefined): Promise<EndpointClient> {
  const { EndpointClient } = await import("../devicescript/gateway/endpoint/endpoint-client.js");
  const { gatewayFolder } = await import("../devicescript/gateway/store/state-folder.js");
  return new EndpointClient(gatewayFolder(state));
}

/** Two gateways would write the same records. */
async function refuseSecond(folder: string): Promise<void> {
  try {
    await (await clientOf(folder)).boards();
  } catch (error) {
    if (error instanceof SluiceError && error.code === "GATEWAY_NOT_RUNNING") return;
    throw error;
  }
  throw new SluiceError("GATEWAY_RUNNING", `A gateway runs with ${folder} already.`);
}

type ShownEvent =
  | GatewayEvent
  | {
      readonly event: "ready";
      readonly folder: string;
      readonly port: number;
      readonly address: string;
      readonly tls: boolean;
      /** Names of those that it knows. */
      readonly boards: readonly string[];
      /** Ids of the keys whose programs are taken; none: all programs are. */
      readonly trusted: readonly string[];
    };

export const gatewayWords: EventWords<ShownEvent> = {
  ready: ({ folder, port, tls, boards, trusted }) => {
    const known = boards.length === 0 ? "no board is known yet, see `sluice provision`" : boards.join(", ");
    const signers = trusted.length === 0 ? "" : `; programs have to be signed by ${trusted.join(" or ")}`;
    return `ready: boards connect to ${tls ? "wss" : "ws"}://this computer:${port}; state in ${folder}; ${known}${signers}`;
  },
  connected: ({ board, address }) => `${board} connected from ${address}`,
  disconnected: ({ board, text }) => `${board} disconnected: ${text}`,
  refused: ({ id, address, text }) => `refused ${id || "somebody"} from ${address}: ${text}`,
  update: ({ board, step }) => {
    const line = describeEvent(step);
    return line && `${board}: ${line}`;
  },
  log: ({ board, text }) => eachLine(text.trimEnd(), `${board} | `),
  exception: ({ board, text }) => eachLine(text, `${board} ! `),
  learned: ({ board, id }) => `${board} (${id}) was provisioned`,
  rotated: ({ board }) => `${board} has its new key, the old one is forgotten`,
  trouble: ({ text }) => `trouble: ${text}`,
};

function eachLine(text: string, mark: string): string {
  return text
    .split("\n")
    .map((line) => mark + line)
    .join("\n");
}

/** One line for each board. */
export function boardsTable(rows: readonly BoardRow[]): string {
  if (rows.length === 0) return "No board is known yet; `sluice provision` makes one known.\n";
  const cells = rows.map((row) => [
    row.name,
    row.id,
    row.connected ? row.address : "away",
    row.sha256 === "" ? "no program" : `${row.app} ${row.version} (${row.sha256.slice(0, 8)})`.trim(),
    row.updating
      ? "updating"
      : row.healthy === undefined
        ? ""
        : row.healthy
          ? "well"
          : `not well: ${row.why}`,
  ]);
  return columns(cells);
}
