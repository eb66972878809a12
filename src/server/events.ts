/** What the server logs: one event for each thing that happened. */
export type ServerEvent =
  | {
      readonly event: "answer";
      readonly mac: string | undefined;
      readonly address: string;
      /** Row of the decision table. */
      readonly row: string;
      readonly status: number;
      readonly file?: string | undefined;
      readonly text?: string | undefined;
    }
  | {
      readonly event: "sent" | "broken" | "changed";
      readonly mac: string;
      readonly file: string;
      readonly bytes?: number;
      /** `first-last/size` where only a range was requested. */
      readonly part?: string | undefined;
    }
  | { readonly event: "outcome"; readonly mac: string; readonly file: string; readonly outcome: string }
  | {
      readonly event: "report";
      readonly mac: string;
      readonly report: string;
      readonly code?: string | undefined;
    }
  | {
      readonly event: "images";
      readonly sound: number;
      readonly refused: readonly { file: string; text: string }[];
    }
  | { readonly event: "trouble"; readonly text: string };

export type OnServerEvent = (event: ServerEvent) => void;
