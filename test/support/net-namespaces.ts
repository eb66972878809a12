import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";

/** Root makes them directly; anybody else, where the system lets him, as root of a user namespace of his own. */
const root = process.getuid?.() === 0;
const unshare = root ? ["-n"] : ["-Urn"];

function mayMakeThem(): boolean {
  try {
    execFileSync("unshare", [...unshare, "ip", "link", "add", "br0", "type", "bridge"], { stdio: "ignore" });
    execFileSync("nsenter", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Whether this machine lets us make networks of our own. */
export const namespacesAllowed = mayMakeThem();
if (!namespacesAllowed)
  process.stderr.write(
    "skipped: network namespaces cannot be made here (needs Linux, ip, unshare, and the right)\n",
  );

/**
 * Computers on one cable: namespaces 10.77.0.1, 10.77.0.2 and so on, with nothing else, joined by a bridge in one more.
 * No datagram leaves them.
 */
export class TestNetwork {
  readonly #holders: ChildProcess[] = [];
  readonly #started: ChildProcess[] = [];

  private constructor() {}

  static async make(computers: number): Promise<TestNetwork> {
    const network = new TestNetwork();
    const hub = await network.#hold();
    hub("ip link add br0 type bridge mcast_snooping 0", "ip link set br0 up");
    for (let i = 1; i <= computers; i++) {
      const enter = await network.#hold(i);
      const pid = network.#holders[i].pid;
      hub(`ip link add v${i} type veth peer name eth0 netns ${pid}`, `ip link set v${i} master br0 up`);
      enter(
        "ip link set lo up",
        `ip addr add ${network.address(i)}/24 dev eth0`,
        "ip link set eth0 up",
        "ip route add default dev eth0",
      );
    }
    return network;
  }

  address(computer: number): string {
    return `10.77.0.${computer}`;
  }

  /** Starts a program on a computer. It is ended with the network. */
  spawn(
    computer: number,
    command: string,
    args: readonly string[],
    options: SpawnOptions = {},
  ): ChildProcess {
    const child = spawn("nsenter", [...this.#into(computer), command, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      ...options,
    });
    this.#started.push(child);
    return child;
  }

  /** Runs a command of the shell on a computer, e.g. `ip …`. */
  run(computer: number, command: string): void {
    execFileSync("nsenter", [...this.#into(computer), "sh", "-ec", command], { timeout: 10_000 });
  }

  async end(): Promise<void> {
    await Promise.all([...this.#started, ...this.#holders].map(ended));
  }

  #into(computer: number): string[] {
    const as = root ? [] : ["-U", "--preserve-credentials"];
    return ["-t", String(this.#holders[computer].pid), ...as, "-n", "--"];
  }

  /** A process that keeps a namespace; nested in the hub's, so that its owner may wire them. */
  async #hold(computer = 0): Promise<(...commands: string[]) => void> {
    const inside = "echo here; exec cat";
    const child =
      computer === 0
        ? spawn("unshare", [...unshare, "sh", "-c", inside])
        : spawn("nsenter", [...this.#into(0), "unshare", "-n", "sh", "-c", inside]);
    this.#holders.push(child);
    await new Promise<void>((resolve, reject) => {
      child.stdout.once("data", () => resolve());
      child.once("exit", () => reject(new Error("the namespace was not made")));
    });
    return (...commands) => this.run(computer, commands.join("\n"));
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
