/** Where the test listens; it writes its own file in the place of this one. */
export const port: number = 0;
