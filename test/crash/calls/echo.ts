/** What a container's echo must send back, checked as it comes. Pure: who says and hears is elsewhere. */
export interface Echo {
  /** Things said and not taken back so far. */
  readonly said: number;
  /** Things that came back: of datagrams, which may be lost, the newest one and those before it. */
  readonly heard: number;
  /** The first thing that came and should not have. */
  readonly fault: string | undefined;
  /** The next thing to say. */
  next(): string;
  hear(text: string): void;
}

/** A connection: a greeting line, then every byte once and in order. */
export class StreamEcho implements Echo {
  #due: string;
  #lines = 0;
  said = 0;
  fault: string | undefined;

  constructor(name: string) {
    this.#due = `${name}\n`;
  }

  get heard(): number {
    return Math.max(0, this.#lines - 1);
  }

  next(): string {
    const line = `${this.said++}\n`;
    this.#due += line;
    return line;
  }

  hear(text: string): void {
    if (!this.#due.startsWith(text)) {
      this.fault ??= `${JSON.stringify(text.slice(0, 60))} came where ${JSON.stringify(this.#due.slice(0, 60))} was due`;
      return;
    }
    this.#due = this.#due.slice(text.length);
    this.#lines += text.split('\n').length - 1;
  }
}

/** Datagrams: each may be lost, none may come twice or from somebody else. */
export class DatagramEcho implements Echo {
  readonly #name: string;
  readonly #away = new Set<number>();
  said = 0;
  heard = 0;
  fault: string | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  next(): string {
    this.#away.add(this.said);
    return String(this.said++);
  }

  hear(text: string): void {
    const [name, number] = text.split(' ');
    if (name !== this.#name || !this.#away.delete(Number(number))) {
      this.fault ??= `${JSON.stringify(text.slice(0, 60))} came to one who speaks with ${this.#name} and had said ${this.said} numbers, or came twice`;
      return;
    }
    this.heard = Math.max(this.heard, Number(number) + 1);
  }
}
