import { type Command, Option } from "commander";

export interface DeviceFlags {
  readonly dir: string;
  readonly database?: string;
  readonly json?: true;
}

export interface DeviceSetFlags extends DeviceFlags {
  readonly name?: string;
  readonly product?: string;
  readonly channel?: string;
  readonly pin?: string;
  readonly board?: string;
  readonly blocked?: "yes" | "no";
  readonly retry?: true;
}

/** `sluice devices list|set|remove|token`: the update server's table of boards. */
export function addDevices(program: Command): void {
  const devices = program
    .command("devices")
    .summary("the update server's table of boards")
    .description("Read and write the update server's table of boards, while it runs or not.")
    .addHelpText(
      "after",
      "\nExample:\n  sluice devices set 18:FE:AA:0B:0C:0D --dir images --name door --product door\n",
    );

  place(devices.command("list", { isDefault: true }).description("List all boards."))
    .action(async (flags: DeviceFlags) => (await run()).listDevices(flags))
    .addHelpText("after", "\nExample:\n  sluice devices list --dir images --json\n");

  place(
    devices
      .command("set")
      .description("Add a board, or change what it gets. An empty text takes a setting back."),
  )
    .argument("<mac>", "its MAC address")
    .option("--name <name>", "what people call it")
    .option("--product <name>", "the image it gets: a bundle's name, or a file's up to the version")
    .option("--channel <name>", "folder inside the folder of images; `stable` is the folder itself")
    .option("--pin <version>", "hold it at this version, even if that is older")
    .option(
      "--board <id>",
      "which board it is, e.g. esp32c3-devkit, where images for several chips share a name",
    )
    .addOption(new Option("--blocked <answer>", "blocked boards get nothing").choices(["yes", "no"]))
    .option("--retry", "send it again what it came back from")
    .action(async (mac: string, flags: DeviceSetFlags) => (await run()).setDevice(mac, flags))
    .addHelpText(
      "after",
      "\nExample:\n  sluice devices set 18:FE:AA:0B:0C:0D --dir images --channel beta --pin 1.2.0\n",
    );

  place(
    devices
      .command("remove")
      .description("Forget a board and all it reported. It comes back when it polls again."),
  )
    .argument("<mac>", "its MAC address")
    .action(async (mac: string, flags: DeviceFlags) => (await run()).removeDevice(mac, flags))
    .addHelpText("after", "\nExample:\n  sluice devices remove 18:FE:AA:0B:0C:0D --dir images\n");

  place(
    devices
      .command("token")
      .description(
        "Make a token that only this board may use, and print it once; shared secrets no longer do for it.",
      ),
  )
    .argument("<mac>", "its MAC address")
    .option("--remove", "take its token away again")
    .action(async (mac: string, flags: DeviceFlags & { remove?: true }) =>
      (await run()).deviceToken(mac, flags),
    )
    .addHelpText("after", "\nExample:\n  sluice devices token 18:FE:AA:0B:0C:0D --dir images\n");
}

function place(command: Command): Command {
  return command
    .option("--dir <dir>", "the folder of images, whose database is meant", ".")
    .option(
      "--database <place>",
      "file or postgres:// address (else DATABASE_URL, else DIR/.sluice/server.db)",
    )
    .option("--json", "print JSON");
}

async function run(): Promise<typeof import("./devices-run.js")> {
  return import("./devices-run.js");
}
