/** The part of socket.io-client that Stet uses. */
export interface Socket {
  readonly connected: boolean;
  readonly active: boolean;
  connect(): Socket;
  disconnect(): Socket;
  on(event: string, listener: (...args: any[]) => void): Socket;
  emit(event: string, ...args: any[]): Socket;
  timeout(ms: number): { emit(event: string, ...args: any[]): Socket };
}
export interface SocketOptions {
  auth?: (answer: (auth: Record<string, unknown>) => void) => void;
  [option: string]: unknown;
}
export function io(options: SocketOptions): Socket;
export function io(url: string, options: SocketOptions): Socket;
