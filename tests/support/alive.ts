/** In a shell: as long as this process lives. What loops by it ends with its test, also where that is killed. */
export const ALIVE = `kill -0 ${process.pid} 2>/dev/null`;
