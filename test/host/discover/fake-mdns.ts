import type { DnsQuestion, DnsRecord, OpenMdns } from "../../../src/host/discover/mdns-link.js";

/** A network in the test's hand: the queries that were sent, and a way to inject answers. */
export class FakeMdns {
  readonly asked: DnsQuestion[][] = [];
  open = false;
  only: string | undefined;
  #heard: (answers: readonly DnsRecord[]) => void = () => undefined;

  readonly openMdns: OpenMdns = async (only, heard) => {
    this.open = true;
    this.only = only;
    this.#heard = heard;
    return {
      query: (questions) => this.asked.push([...questions]),
      close: async () => {
        this.open = false;
      },
    };
  };

  answer(...answers: DnsRecord[]): void {
    this.#heard(answers);
  }
}

/** What a board announces of itself. */
export function boardAnswers(
  name: string,
  address: string,
  more: { app?: string; port?: number } = {},
): DnsRecord[] {
  const instance = `${name}._arduino._tcp.local`;
  const pairs = ["auth_upload=yes", "board=esp32-devkit", "ssh_upload=no", "tcp_check=no"];
  if (more.app !== undefined) pairs.push(`app=${more.app}`);
  return [
    { name: "_arduino._tcp.local", ttl: 4500, type: "PTR", data: instance },
    { name: instance, ttl: 4500, type: "SRV", data: { port: more.port ?? 3232, target: `${name}.local` } },
    { name: instance, ttl: 4500, type: "TXT", data: pairs },
    { name: `${name}.local`, ttl: 120, type: "A", data: address },
  ];
}

export const gone = (name: string): DnsRecord => ({
  name: "_arduino._tcp.local",
  ttl: 0,
  type: "PTR",
  data: `${name}._arduino._tcp.local`,
});
