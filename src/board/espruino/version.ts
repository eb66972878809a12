/** The release of Espruino whose behaviour the virtual board was compared with. */
export const version = "2v29";
