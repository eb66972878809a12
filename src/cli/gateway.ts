import { type Command, InvalidArgumentError } from "commander";

/** As commander leaves them. */
export interface GatewayFlags {
  readonly port?: number;
  readonly bind?: string;
  readonly state?: string;
  readonly passwordFile?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly logs?: true;
  readonly json?: true;
}

/** `sluice gateway`: what DeviceScript boards connect to. */
export function addGateway(program: Command): void {
  const gateway = program
    .command("gateway")
    .summary("the server that DeviceScript boards connect to")
    .description(
      "The server that DeviceScript boards keep a connection to: `sluice upload` sends programs through it, verified before they run and taken back when they are not well. Boards are made known to it by `sluice provision`.",
    )
    .option("--port <port>", "TCP port for boards; 0 takes a free one (else 8267)", port)
    .option("--bind <address>", "only at this address of the computer (else at all)")
    .option("--state <dir>", "boards, keys and programs (else SLUICE_GATEWAY, else in your own state folder)")
    .option(
      "--password-file <file>",
      "boards that are not known may come with the key of this password (else SLUICE_PASSWORD)",
    )
    .option("--cert <file>", "certificate chain in PEM, for wss; a board takes public authorities only")
    .option("--key <file>", "the certificate's key in PEM")
    .option("--logs", "show the boards' logs; exceptions are always shown")
    .option("--json", "one event a line, for scripts")
    .addHelpText("after", "\nExample:\n  sluice gateway --state ./gateway\n")
    .action(async (flags: GatewayFlags) => {
      const { runGateway } = await import("./gateway-run.js");
      await runGateway(flags);
    });
  gateway
    .command("boards")
    .description("List the boards of the running gateway.")
    .addHelpText("after", "\nExample:\n  sluice gateway boards --state ./gateway\n")
    .action(async (_own: unknown, command: Command) => {
      const { runBoards } = await import("./gateway-run.js");
      await runBoards(command.optsWithGlobals<GatewayFlags>());
    });
  gateway
    .command("rotate")
    .description("Give a connected board a new key, through the connection that the old one protects.")
    .argument("<name>", "the board's name or id")
    .addHelpText("after", "\nExample:\n  sluice gateway rotate garden --state ./gateway\n")
    .action(async (name: string, _own: unknown, command: Command) => {
      const { runRotate } = await import("./gateway-run.js");
      await runRotate(name, command.optsWithGlobals<GatewayFlags>());
    });
}

function port(text: string): number {
  const value = Number(text);
  if (text === "" || !Number.isInteger(value) || value < 0 || value > 65535)
    throw new InvalidArgumentError("A port number from 0 to 65535 is wanted.");
  return value;
}
