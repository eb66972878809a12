/** The way to one board: a UDP socket for invitation and authentication, and the TCP port the board connects back to. */
export interface Link {
  /** The board's IPv4 address, resolved. */
  readonly address: string;
  /** The address of this computer that packets to the board leave from. */
  readonly hostAddress: string;
  /** The TCP port that is open for the board. */
  readonly hostPort: number;
  readonly send: (datagram: string) => void;
  /** To the board's connection; `flushed` follows when the system has taken the bytes. */
  readonly write: (bytes: Uint8Array) => void;
  /** Ends the board's connection at once; the port stays open. */
  readonly drop: () => void;
  readonly close: () => Promise<void>;
}

/** What comes in. Texts have one char a byte. */
export interface LinkEvents {
  readonly datagram: (text: string) => void;
  /** The network reported that the board's UDP port or address is not there. */
  readonly unreachable: (reason: string) => void;
  readonly connected: (address: string) => void;
  /** Somebody else connected, or the board a second time; already dropped. */
  readonly stranger: (address: string) => void;
  readonly received: (text: string) => void;
  readonly flushed: (bytes: number) => void;
  /** `reason`: the system's word for it, undefined when the board closed in order. */
  readonly closed: (reason: string | undefined) => void;
}

export interface LinkTarget {
  /** Name or IPv4 address. */
  readonly host: string;
  /** UDP. */
  readonly port: number;
  /** Address of this computer to use; without it the system chooses. */
  readonly hostIp?: string | undefined;
  /** TCP port to open; 0 or none picks a free one. */
  readonly hostPort?: number | undefined;
}

/** Makes links; throws UploadError when the board's name is unknown or the port cannot be opened. */
export type OpenLink = (target: LinkTarget, events: LinkEvents) => Promise<Link>;
