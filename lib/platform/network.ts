import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';

/** A process that listens. */
export interface Listener {
  pid: number;
  /** Its name, as the kernel has it. */
  command: string;
}

/** Milliseconds; on one's own machine an answer takes less than one. */
const PATIENCE = 1000;

/**
 * Whether somebody listens on a port of this machine's own addresses. Asked by connecting, since
 * to try and bind it would for that moment take it from a gateway that is just starting.
 */
export async function isListening(port: number): Promise<boolean> {
  const answers = await Promise.all(['127.0.0.1', '::1'].map((host) => answersAt(host, port)));
  return answers.includes(true);
}

function answersAt(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port, timeout: PATIENCE });
  // Whoever lets a caller wait is there, too.
  for (const event of ['connect', 'timeout']) socket.once(event, () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/**
 * Who listens on a port, as far as this user may see; empty where that can't be told (no Linux,
 * somebody else's process).
 */
export function listenersOf(port: number): Listener[] {
  const inodes = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(readTable(table), port)),
  );
  if (inodes.size === 0) return [];
  return pids().flatMap((pid) => {
    const holds = openFiles(pid).some((name) => inodes.has(name));
    return holds ? [{ pid, command: commandOf(pid) }] : [];
  });
}

/** Of proc_net_tcp(5): state 0A is LISTEN; the names that /proc/PID/fd gives such sockets. */
function listeningInodes(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === '0A' && local.endsWith(`:${wanted}`) ? [`socket:[${inode}]`] : [];
  });
}

function readTable(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function pids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isSafeInteger);
}

/** Empty for a process that is somebody else's, or gone. */
function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function commandOf(pid: number): string {
  return readTable(`/proc/${pid}/comm`).trim() || '?';
}
