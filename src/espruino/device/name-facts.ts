/** What the network is to know of the board. */
export interface NameFacts {
  /** Wanted host name; "": made from the application's name and the chip's id. */
  readonly host: string;
  /** UDP port of the listener. */
  readonly port: number;
  /** A password is asked for. */
  readonly auth: boolean;
  /** "garden@2.0.0" */
  readonly app: string;
  /** The update page, where it is served. */
  readonly web: { readonly port: number; readonly path: string } | undefined;
}

/** What a responder is made from. */
export interface NameParts {
  readonly facts: NameFacts;
  readonly address: string;
  /** "": not known. */
  readonly netmask: string;
  /** The name that was told already, without ".local"; "": none, it is to be taken first. */
  readonly held: string;
  readonly now: number;
  readonly named: (host: string) => void;
}
