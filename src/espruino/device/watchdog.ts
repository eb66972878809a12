/** Seconds without a turn of the idle loop after which the chip resets itself. */
export const watchdogSeconds = 15;
