/** What to do about the usual reasons why an operating system does not open a port; "" for the others. */
export function hintsFor(message: string): string {
  if (/permission|access denied|EACCES/i.test(message))
    return "; you may not use it: on Linux join the group that owns it (dialout or uucp) and log in again";
  if (/lock|busy|EBUSY/i.test(message)) return "; another program has it: close the serial monitor";
  if (/no such file|ENOENT|file not found/i.test(message))
    return "; it is not there: `sluice flash --list` shows the ports, and some cables carry power only";
  if (/ioctl|ENOTTY/i.test(message)) return "; it is no serial port";
  return "";
}
