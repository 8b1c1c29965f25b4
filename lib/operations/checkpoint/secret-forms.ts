/**
 * The ways in which programs write a text down, itself first: in JSON, in an address, in hexadecimal,
 * in base64 wherever in a longer text it stands, in Latin-1. Pure.
 */
export function formsOf(value: string): Buffer[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const forms = [
    value,
    JSON.stringify(value).slice(1, -1),
    // Not the value: half a surrogate pair has no address.
    encodeURIComponent(bytes.toString()),
    hex,
    hex.toUpperCase(),
    ...[0, 1, 2].flatMap((before) => [
      inBase64(bytes, before, 'base64'),
      inBase64(bytes, before, 'base64url'),
    ]),
  ];
  const written = [...new Set(forms)].map((form) => Buffer.from(form));
  return /[\u0080-\u00ff]/.test(value) ? [...written, Buffer.from(value, 'latin1')] : written;
}

/** The characters that these bytes alone decide, where `before` bytes stand in front (modulo 3). */
function inBase64(bytes: Buffer, before: number, encoding: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString(encoding);
  const whole = Math.floor(((before + bytes.length) * 8) / 6);
  return text.slice(Math.ceil((before * 8) / 6), whole);
}
