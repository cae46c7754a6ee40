import { lex, lineOf, TemplateError, type Token, unquote } from './lex.ts';

export type Operand =
  | { readonly type: 'dot' | 'nil'; readonly at: number; readonly source: string }
  | {
      readonly type: 'literal';
      readonly value: string | number | boolean;
      readonly at: number;
      readonly source: string;
    }
  | { readonly type: 'call'; readonly name: string; readonly at: number; readonly source: string }
  | {
      /** `.A.B`, `$x.A`, `(pipe).A`; `base` undefined stands for the dot. */
      readonly type: 'chain';
      readonly base: Operand | undefined;
      readonly fields: readonly string[];
      readonly at: number;
      readonly source: string;
    }
  | { readonly type: 'variable'; readonly name: string; readonly at: number; readonly source: string }
  | { readonly type: 'pipe'; readonly pipe: Pipe; readonly at: number; readonly source: string };

export type Command = readonly Operand[];

export interface Pipe {
  readonly declared: readonly string[];
  readonly assign: boolean;
  readonly commands: readonly Command[];
}

export interface ControlNode {
  readonly type: 'if' | 'with' | 'range';
  readonly pipe: Pipe;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

export type Node =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'action'; readonly pipe: Pipe }
  | ControlNode
  | {
      readonly type: 'template';
      readonly name: string;
      readonly pipe: Pipe | undefined;
      readonly at: number;
      readonly source: string;
    }
  | { readonly type: 'break' | 'continue' };

export interface Template {
  readonly source: string;
  readonly nodes: readonly Node[];
  readonly defined: ReadonlyMap<string, readonly Node[]>;
}

/** Parses a template; `functions` are the names that may be called. Throws `TemplateError`. */
export function parseTemplate(source: string, functions: ReadonlySet<string>): Template {
  const parser = new Parser(source, functions);
  const nodes = parser.list('top');
  return { source, nodes, defined: parser.defined };
}

type Scope = 'top' | 'if' | 'with' | 'range' | 'define' | 'block';

class Parser {
  readonly defined = new Map<string, readonly Node[]>();
  readonly #tokens: Token[];
  readonly #source: string;
  readonly #functions: ReadonlySet<string>;
  #variables = ['$'];
  #loops = 0;
  #at = 0;
  #ended: 'end' | 'else' | undefined;
  /** Where the action under way begins. */
  #open = 0;

  constructor(source: string, functions: ReadonlySet<string>) {
    this.#source = source;
    this.#functions = functions;
    this.#tokens = lex(source);
  }

  /** Nodes up to `{{end}}` or `{{else}}` of this scope, or the end of the source. */
  list(scope: Scope): Node[] {
    const nodes: Node[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token === undefined) {
        if (scope === 'top') return nodes;
        return this.#fail(this.#source.length, 'unexpected EOF');
      }
      this.#at++;
      if (token.kind === 'text') {
        nodes.push({ type: 'text', value: token.value });
        continue;
      }
      this.#open = token.at;
      const word = this.#peek();
      if (word?.kind === 'name' && (word.value === 'end' || word.value === 'else')) {
        if (scope === 'top') this.#fail(word.at, `unexpected {{${word.value}}}`);
        this.#at++;
        this.#ended = word.value;
        if (word.value === 'end') this.#close('end');
        return nodes;
      }
      const node = this.#action();
      if (node !== undefined) nodes.push(node);
    }
  }

  #action(): Node | undefined {
    const word = this.#peek();
    if (word?.kind === 'name') {
      switch (word.value) {
        case 'if':
        case 'with':
        case 'range':
          this.#at++;
          return this.#control(word.value);
        case 'break':
        case 'continue':
          this.#at++;
          if (this.#loops === 0) this.#fail(word.at, `{{${word.value}}} outside {{range}}`);
          this.#close(word.value);
          return { type: word.value };
        case 'define':
        case 'block':
          this.#at++;
          return this.#definition(word.value);
        case 'template': {
          this.#at++;
          const at = this.#here();
          const name = this.#name('template clause');
          const pipe = this.#peek()?.kind === 'close' ? undefined : this.#pipe('template clause');
          this.#close('template clause');
          const source = this.#source.slice(this.#open, this.#end());
          return { type: 'template', name, pipe, at, source };
        }
      }
    }
    const pipe = this.#pipe('command');
    this.#close('command');
    return { type: 'action', pipe };
  }

  #control(type: 'if' | 'with' | 'range'): Node {
    const depth = this.#variables.length;
    const pipe = this.#pipe(type);
    this.#close(type);
    if (type === 'range') this.#loops++;
    const body = this.list(type);
    if (type === 'range') this.#loops--;
    let otherwise: Node[] = [];
    if (this.#ended === 'else') {
      const next = this.#peek();
      if (next?.kind === 'name' && next.value === type && type !== 'range') {
        this.#at++;
        otherwise = [this.#control(type)];
      } else {
        this.#close('else');
        otherwise = this.list(type);
        if (this.#ended === 'else') this.#fail(this.#here(), 'expected end; found {{else}}');
      }
    }
    this.#ended = 'end';
    this.#variables.length = depth;
    return { type, pipe, body, otherwise };
  }

  #definition(type: 'define' | 'block'): Node | undefined {
    const at = this.#here();
    const name = this.#name(`${type} clause`);
    const pipe = type === 'block' ? this.#pipe('block clause') : undefined;
    this.#close(`${type} clause`);
    const variables = this.#variables;
    this.#variables = ['$'];
    this.defined.set(name, this.list(type));
    this.#variables = variables;
    return type === 'block' ? { type: 'template', name, pipe, at, source: name } : undefined;
  }

  #name(context: string): string {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== 'string') return this.#unexpected(token, context);
    return unquote(token.value);
  }

  #pipe(context: string): Pipe {
    const { declared, assign } = this.#declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const command = this.#command(context);
      if (command.length === 0) {
        if (commands.length > 0 && this.#peek()?.kind === 'close') break; // a pipe that leads nowhere is let pass
        if (this.#peek()?.kind === 'pipe') return this.#unexpected(this.#peek(), context);
        if (commands.length === 0) this.#fail(this.#here(), `missing value for ${context}`);
        return this.#unexpected(this.#peek(), context);
      }
      const head = command[0];
      if (
        commands.length > 0 &&
        head !== undefined &&
        (head.type === 'literal' || head.type === 'dot' || head.type === 'nil')
      )
        this.#fail(head.at, `non executable command in pipeline stage ${commands.length + 1}`);
      commands.push(command);
      if (this.#peek()?.kind !== 'pipe') break;
      this.#at++;
    }
    this.#variables.push(...declared.filter((name) => !assign && !this.#variables.includes(name)));
    return { declared, assign, commands };
  }

  #declarations(context: string): { declared: string[]; assign: boolean } {
    const first = this.#peek();
    const second = this.#tokens[this.#at + 1];
    if (first?.kind !== 'variable' || second === undefined) return { declared: [], assign: false };
    if (second.kind === 'declare' || second.kind === 'assign') {
      this.#at += 2;
      return { declared: [first.value], assign: second.kind === 'assign' };
    }
    const third = this.#tokens[this.#at + 2];
    const fourth = this.#tokens[this.#at + 3];
    if (
      context === 'range' &&
      second.kind === 'comma' &&
      third?.kind === 'variable' &&
      (fourth?.kind === 'declare' || fourth?.kind === 'assign')
    ) {
      this.#at += 4;
      return { declared: [first.value, third.value], assign: fourth.kind === 'assign' };
    }
    return { declared: [], assign: false };
  }

  #command(context: string): Operand[] {
    const operands: Operand[] = [];
    for (;;) {
      const token = this.#peek();
      if (token === undefined || token.kind === 'close' || token.kind === 'pipe' || token.kind === 'right')
        return operands;
      if (operands.length > 0 && !token.spaced && token.kind !== 'left')
        return this.#unexpected(token, 'operand');
      operands.push(this.#operand(context));
    }
  }

  #operand(context: string): Operand {
    let operand = this.#term(context);
    const fields: string[] =
      operand.type === 'chain' && operand.base === undefined ? [...operand.fields] : [];
    const from = operand.at;
    // Go places a chain where its second part begins.
    let chained: number | undefined;
    for (let token = this.#peek(); token?.kind === 'field' && !token.spaced; token = this.#peek()) {
      this.#at++;
      fields.push(token.value.slice(1));
      chained ??= token.at;
    }
    if (chained !== undefined) {
      const source = this.#source.slice(from, this.#end());
      if (operand.type === 'literal' || operand.type === 'nil' || operand.type === 'dot')
        this.#fail(from, `unexpected <.${fields[0]}> after term ${JSON.stringify(operand.source)}`);
      operand =
        operand.type === 'chain' && operand.base === undefined
          ? { ...operand, fields, at: chained, source }
          : { type: 'chain', base: operand, fields, at: chained, source };
    }
    return operand;
  }

  #term(context: string): Operand {
    const token = this.#tokens[this.#at++];
    if (token === undefined) return this.#unexpected(token, context);
    const { at, value: source } = token;
    switch (token.kind) {
      case 'dot':
        return { type: 'dot', at, source };
      case 'field':
        return { type: 'chain', base: undefined, fields: [source.slice(1)], at, source };
      case 'string':
        return { type: 'literal', value: unquote(source), at, source };
      case 'char':
        return { type: 'literal', value: unquote(source).codePointAt(0) ?? 0, at, source };
      case 'number':
        return { type: 'literal', value: Number(source.replaceAll('_', '')), at, source };
      case 'variable':
        if (!this.#variables.includes(source)) this.#fail(at, `undefined variable ${JSON.stringify(source)}`);
        return { type: 'variable', name: source, at, source };
      case 'left': {
        const pipe = this.#pipe('parenthesized pipeline');
        const end = this.#tokens[this.#at++];
        if (end?.kind !== 'right') this.#fail(at, 'unclosed left paren');
        return { type: 'pipe', pipe, at, source: this.#source.slice(at, this.#end()) };
      }
      case 'name':
        if (source === 'true' || source === 'false')
          return { type: 'literal', value: source === 'true', at, source };
        if (source === 'nil') return { type: 'nil', at, source };
        if (!this.#functions.has(source)) this.#fail(at, `function ${JSON.stringify(source)} not defined`);
        return { type: 'call', name: source, at, source };
      default:
        return this.#unexpected(token, context);
    }
  }

  #close(context: string): void {
    const token = this.#tokens[this.#at++];
    if (token?.kind === 'right') this.#fail(token.at, 'unexpected right paren');
    if (token?.kind !== 'close') this.#unexpected(token, context);
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #here(): number {
    return this.#peek()?.at ?? this.#source.length;
  }

  /** Offset behind the last token taken. */
  #end(): number {
    const token = this.#tokens[this.#at - 1];
    return token === undefined ? 0 : token.at + token.value.length;
  }

  #unexpected(token: Token | undefined, context: string): never {
    if (token === undefined) return this.#fail(this.#source.length, 'unexpected EOF');
    const shown =
      token.kind === 'close'
        ? '"}}"'
        : token.kind === 'name' || token.kind === 'field'
          ? `<${token.value}>`
          : JSON.stringify(token.value);
    return this.#fail(token.at, `unexpected ${shown} in ${context}`);
  }

  #fail(at: number, reason: string): never {
    throw new TemplateError(`template: :${lineOf(this.#source, at)}: ${reason}`);
  }
}
