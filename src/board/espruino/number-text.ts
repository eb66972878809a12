/** What is left over is taken for nothing from here on (src/jsutils.c ftoa_bounded_extra). */
const nothing = 0.0000001;

/**
 * A number as Espruino makes text of it: at most 11 digits behind the point, cut rather than rounded.
 * @param digits behind the point, for toFixed; -1: as many as there are
 */
export function numberText(number: number, radix = 10, digits = -1): string {
  if (!Number.isFinite(number)) return String(number);
  if (digits <= 0 && Number.isSafeInteger(number)) return number.toString(radix);
  let left = Math.abs(number);
  let exponent = 0;
  const scale = (again: () => boolean, factor: number, power: number): void => {
    for (; again(); exponent += power) left = power > 0 ? left / factor : left * factor;
  };
  if (radix === 10 && digits < 0 && left >= 1e21) {
    scale(() => left > 100000, 100000, 5);
    scale(() => left > 10, 10, 1);
  } else if (radix === 10 && digits < 0 && left < 1e-6) {
    scale(() => left < 1e-5, 100000, -5);
    scale(() => left < 1, 10, -1);
  }
  if (Math.trunc(left + nothing) === Math.trunc(left) + 1) left = Math.trunc(left) + 1;
  let text = number < 0 ? "-" : "";
  let place = 1;
  while (place * radix <= left) place *= radix;
  for (; place >= 1; place /= radix) {
    const digit = Math.trunc(left / place);
    left -= digit * place;
    text += digit.toString(radix);
  }
  return text + fraction(left * radix, radix, digits) + exponentText(exponent);
}

function fraction(from: number, radix: number, digits: number): string {
  let left = from;
  let text = "";
  const more = (): boolean => (digits < 0 ? text.length < 11 && left > nothing : text.length < digits);
  while (more()) {
    const last = digits - text.length === 1;
    const digit = Math.trunc(left + (last ? 0.5 : 0.00000001));
    left = (left - digit) * radix;
    text += Math.min(digit, radix - 1).toString(radix);
  }
  return text === "" ? "" : `.${text}`;
}

function exponentText(exponent: number): string {
  return exponent === 0 ? "" : `e${exponent > 0 ? "+" : ""}${exponent}`;
}
