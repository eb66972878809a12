import { type Fault, FaultNumber, fault } from "../errors.js";
import { Command, isNative } from "../invitation.js";
import type { Offer } from "../offer.js";

/** The one way for firmware, at the start of the text: stock espota.py shows no more than 37 characters. */
export function nativeWay(): Fault {
  return fault(FaultNumber.NativeWay, "use sluice upload: this firmware goes through port 88");
}

/**
 * What speaks against an offer on a board whose firmware goes through the native updater, known from the invitation
 * alone: nothing has been touched yet.
 * @param userBin 1 or 2, the slot that runs
 * @param bundleSpace bytes of the largest bundle; what is larger cannot be one
 */
export function nativeRefusal(offer: Offer, userBin: number, bundleSpace: number): Fault | undefined {
  if (offer.command === Command.Flash && offer.size > bundleSpace) return nativeWay();
  if (!isNative(offer.command)) return undefined;
  const wanted = offer.command === Command.User1 ? 1 : 2;
  if (wanted !== userBin) return undefined;
  return fault(FaultNumber.OtherSlot, `user${userBin} runs: send user${3 - userBin}.bin`);
}
