// A WebSocket without a network: the test plays the server. For tests only.

import type { EventFrame, ReplyFrame, RequestFrame } from '../../../shared/envelope.ts';
import type { Socket } from '../connection.ts';

export class FakeSocket implements Socket {
  readyState: Socket['readyState'] = 0;
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  /** What the page sent. */
  readonly sent: RequestFrame[] = [];
  /** The code with which the page closed it. */
  closedWith: number | undefined;

  send(json: string): void {
    this.sent.push(JSON.parse(json) as RequestFrame);
  }

  close(code?: number): void {
    this.readyState = 3;
    this.closedWith = code;
  }

  // The server's side.

  open(): void {
    this.readyState = 1;
    this.onopen?.call(this as never, new Event('open'));
  }

  say(frame: ReplyFrame | EventFrame): void {
    this.onmessage?.call(this as never, new MessageEvent('message', { data: JSON.stringify(frame) }));
  }

  reply(name: string, result: unknown): void {
    const asked = this.sent.findLast((request) => request.name === name);
    if (!asked) throw new Error(`nobody asked ${name}`);
    this.say({ id: asked.id, result });
  }

  fail(name: string, code: string): void {
    const asked = this.sent.findLast((request) => request.name === name);
    if (!asked) throw new Error(`nobody asked ${name}`);
    this.say({ id: asked.id, error: { code, message: code } } as ReplyFrame);
  }

  end(code: number): void {
    this.readyState = 3;
    this.onclose?.call(this as never, Object.assign(new Event('close'), { code }) as CloseEvent);
  }

  count(name: string): number {
    return this.sent.filter((request) => request.name === name).length;
  }
}

/** A maker of sockets to hand to createConnection, and those it made. */
export const fakeSockets = () => {
  const all: FakeSocket[] = [];
  const newest = (): FakeSocket => {
    const socket = all.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  };
  const webSocket = (): FakeSocket => {
    const socket = new FakeSocket();
    all.push(socket);
    return socket;
  };
  return { all, newest, webSocket };
};
