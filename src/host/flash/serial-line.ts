/** USB ids of the adapter; undefined where there is none, or they are not known. */
export interface UsbIds {
  readonly vendor: number | undefined;
  readonly product: number | undefined;
}

/** What an open line calls. */
export interface LineEvents {
  readonly onBytes: (bytes: Uint8Array) => void;
  /** Once, when it is gone without having been closed: the cable was pulled. */
  readonly onLost: (reason: Error) => void;
}

/** A serial line to a board: a port of this computer, a TCP socket, WebSerial in a browser, or a model. */
export interface SerialLine {
  readonly usb: UsbIds;
  /** Whether DTR and RTS exist, with which a board is put into its loader. */
  readonly hasSignals: boolean;
  /** @throws SluiceError PORT_NOT_OPENED */
  readonly open: (baud: number, events: LineEvents) => Promise<void>;
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Levels as asserted; what is left out stays. */
  readonly setSignals: (lines: { readonly dtr?: boolean; readonly rts?: boolean }) => Promise<void>;
  readonly setBaudRate: (baud: number) => Promise<void>;
  /** Also of a line that was lost, or never opened. */
  readonly close: () => Promise<void>;
}
