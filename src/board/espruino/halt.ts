/** Why a run of the firmware ended. */
export type HaltKind =
  /** The chip restarts because the program asked for it. */
  | { readonly kind: "reboot" }
  /** The program hung, and the watchdog restarts the chip. */
  | { readonly kind: "watchdog" }
  /** The vendor's SDK called abort(): the chip restarts. */
  | { readonly kind: "abort"; readonly text: string }
  /** Interpreter restart without a chip reset: load() or reset(). */
  | { readonly kind: "load"; readonly file?: string }
  | { readonly kind: "reset" }
  | { readonly kind: "quit" }
  | { readonly kind: "power-cut" };

/**
 * Thrown through the firmware when its run is over. A `catch` in the firmware may stop it for a moment, but every
 * further call into the board throws it again, so nothing that the program still does has an effect.
 */
export class Halt extends Error {
  override readonly name = "Halt";
  readonly how: HaltKind;

  constructor(how: HaltKind) {
    super(how.kind);
    this.how = how;
  }
}
