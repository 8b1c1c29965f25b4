import { asObject, parseObject } from '../core/untrusted.ts';
import { writeAtomic } from '../platform/atomic-write.ts';
import { liveness, type ProcessIdentity } from '../platform/identity.ts';
import { readPlain } from '../platform/plain-file.ts';

/** Who was started as a gateway, and when: what stands in the file proves nothing until looked up. */
export interface GatewayRecord {
  identity: ProcessIdentity;
  /** Milliseconds since the epoch. */
  startedAt: number;
}

const MAX_BYTES = 4096;

export function writeGatewayRecord(path: string, record: GatewayRecord): void {
  writeAtomic(path, `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/** The record of a process that lives; null where there is none, or it is dead or another now. */
export function livingGateway(path: string): GatewayRecord | null {
  const record = parse(readPlain(path, MAX_BYTES)?.toString('utf8') ?? '');
  return record !== null && liveness(record.identity) === 'alive' ? record : null;
}

/** The file may be anybody's: only what has the shape of a record is one. */
function parse(text: string): GatewayRecord | null {
  const record = parseObject(text);
  const { pid, start, boot } = asObject(record?.['identity']) ?? {};
  const startedAt = record?.['startedAt'];
  if (typeof pid !== 'number' || typeof startedAt !== 'number') return null;
  if (typeof start !== 'string' || typeof boot !== 'string') return null;
  return { identity: { pid, start, boot }, startedAt };
}
