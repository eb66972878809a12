/** Facts of a build; `sluice build` puts its own file in the place of this one. */

/** Pins that the manifest names safe. */
export const safePins: number[] = [];
/** As in boards/. */
export const boardId: string = "";
/** Bytes that a program may have. */
export const programRoom: number = 0;
