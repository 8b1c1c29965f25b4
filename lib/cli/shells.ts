/** Shells that completion scripts are made for. */
export const SHELLS: readonly string[] = ['bash', 'zsh', 'fish', 'powershell'];
