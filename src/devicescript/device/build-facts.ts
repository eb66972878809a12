/** Pins that the manifest names safe; `sluice build` puts its own file in the place of this one. */
export const safePinNumbers: number[] = [];
