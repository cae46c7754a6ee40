import { arities, functionNames, functions, type TemplateFunction } from './functions.ts';
import { lineOf, TemplateError } from './lex.ts';
import {
  type Command,
  type ControlNode,
  type Node,
  type Operand,
  type Pipe,
  parseTemplate,
  type Template,
} from './parse.ts';
import { isList, isMap, Method, missing, print, Row, truthy, type Value } from './value.ts';

export interface ExecuteOptions {
  /** What a key absent from a map does: `<no value>`, or an error. */
  readonly missingKey?: 'default' | 'error';
  /** How nothing is printed; `<no value>` where not told. */
  readonly printNull?: () => string;
  /** Functions in place of those of the same name. */
  readonly functions?: Readonly<Record<string, TemplateFunction>>;
}

/** Parses a template. Throws `TemplateError` "template: :1: …". */
export const compile = (source: string): Template => parseTemplate(source, functionNames);

/** Runs a template over `data`. Throws `TemplateError` "template: :1:2: executing …". */
export function execute(template: Template, data: Value, options: ExecuteOptions = {}): string {
  return new Executor(template, options).run(data);
}

interface Variable {
  readonly name: string;
  value: Value;
}

type Flow = 'break' | 'continue' | undefined;

class Executor {
  readonly #template: Template;
  readonly #options: ExecuteOptions;
  #out = '';
  #variables: Variable[] = [];
  #depth = 0;

  constructor(template: Template, options: ExecuteOptions) {
    this.#template = template;
    this.#options = options;
  }

  run(data: Value): string {
    this.#variables = [{ name: '$', value: data }];
    this.#walk(this.#template.nodes, data);
    return this.#out;
  }

  #walk(nodes: readonly Node[], dot: Value): Flow {
    for (const node of nodes) {
      const flow = this.#node(node, dot);
      if (flow !== undefined) return flow;
    }
    return undefined;
  }

  #node(node: Node, dot: Value): Flow {
    switch (node.type) {
      case 'text':
        this.#out += node.value;
        return undefined;
      case 'action': {
        const value = this.#pipe(node.pipe, dot);
        if (node.pipe.declared.length === 0) this.#out += this.#print(value);
        return undefined;
      }
      case 'if':
      case 'with': {
        const mark = this.#variables.length;
        const found = this.#pipe(node.pipe, dot);
        const value = found === missing ? null : found;
        const flow = truthy(value)
          ? this.#walk(node.body, node.type === 'with' ? value : dot)
          : this.#walk(node.otherwise, dot);
        this.#variables.length = mark;
        return flow;
      }
      case 'range':
        return this.#range(node, dot);
      case 'template':
        this.#invoke(node, dot);
        return undefined;
      default:
        return node.type;
    }
  }

  #print(value: Value | typeof missing): string {
    if (value === missing) return '<no value>';
    if (value === null) return this.#options.printNull?.() ?? '<no value>';
    return print(value);
  }

  #invoke(node: Extract<Node, { type: 'template' }>, dot: Value): void {
    const nodes = this.#template.defined.get(node.name);
    if (nodes === undefined)
      throw this.#error(node.at, node.source, `template ${JSON.stringify(node.name)} not defined`);
    if (++this.#depth > 1000)
      throw this.#error(node.at, node.source, 'exceeded maximum template depth (1000)');
    const found = node.pipe === undefined ? null : this.#pipe(node.pipe, dot);
    const data = found === missing ? null : found;
    const outer = this.#variables;
    this.#variables = [{ name: '$', value: data }];
    this.#walk(nodes, data);
    this.#variables = outer;
    this.#depth--;
  }

  #range(node: ControlNode, dot: Value): Flow {
    const mark = this.#variables.length;
    const found = this.#pipe(node.pipe, dot, false);
    const entries = rangeOver(found === missing ? null : found);
    if (entries === undefined)
      throw this.#error(
        node.pipe.commands[0]?.[0]?.at ?? 0,
        node.pipe.commands[0]?.[0]?.source ?? '',
        `range can't iterate over ${print(found === missing ? null : found)}`,
      );
    const [first, second] = node.pipe.declared;
    for (const [key, value] of entries) {
      this.#variables.length = mark;
      const bind = (name: string, bound: Value): void => {
        if (node.pipe.assign) this.#assign(name, bound);
        else this.#variables.push({ name, value: bound });
      };
      if (first !== undefined && second !== undefined) {
        bind(first, key);
        bind(second, value);
      } else if (first !== undefined) bind(first, value);
      if (this.#walk(node.body, value) === 'break') break;
    }
    this.#variables.length = mark;
    return entries.length === 0 ? this.#walk(node.otherwise, dot) : undefined;
  }

  #pipe(pipe: Pipe, dot: Value, bind = true): Value | typeof missing {
    let value: Value | typeof missing = null;
    pipe.commands.forEach((command, index) => {
      value = this.#command(command, dot, index === 0 ? [] : [value === missing ? null : value]);
    });
    const name = pipe.declared[0];
    if (bind && name !== undefined) {
      const bound: Value = value === missing ? null : value;
      if (pipe.assign) this.#assign(name, bound);
      else this.#variables.push({ name, value: bound });
    }
    return value;
  }

  #assign(name: string, value: Value): void {
    const variable = this.#variables.findLast((candidate) => candidate.name === name);
    if (variable !== undefined) variable.value = value;
  }

  #command(command: Command, dot: Value, piped: readonly Value[]): Value | typeof missing {
    const [head, ...rest] = command;
    if (head === undefined) return null;
    if (head.type === 'call') return this.#call(head, rest, dot, piped);
    const args = (): Value[] => [...rest.map((operand) => this.#value(operand, dot)), ...piped];
    if (head.type === 'chain')
      return this.#chain(head, dot, rest.length + piped.length > 0 ? args() : undefined);
    if (rest.length + piped.length > 0) {
      const reason =
        head.type === 'nil' ? 'nil is not a command' : `can't give argument to non-function ${head.source}`;
      throw this.#error(head.at, head.source, reason);
    }
    if (head.type === 'nil') throw this.#error(head.at, head.source, 'nil is not a command');
    return this.#operand(head, dot);
  }

  #call(
    head: Extract<Operand, { type: 'call' }>,
    rest: readonly Operand[],
    dot: Value,
    piped: readonly Value[],
  ): Value {
    if (head.name === 'and' || head.name === 'or') {
      let last: Value = piped[0] ?? null;
      for (const operand of rest) {
        last = this.#value(operand, dot);
        if (truthy(last) === (head.name === 'or')) return last;
      }
      return piped.length > 0 ? (piped[0] ?? null) : last;
    }
    const args = [...rest.map((operand) => this.#value(operand, dot)), ...piped];
    const arity = arities[head.name];
    if (arity !== undefined && args.length !== arity)
      throw this.#error(
        head.at,
        head.source,
        `wrong number of args for ${head.name}: want ${arity} got ${args.length}`,
      );
    try {
      const called = this.#options.functions?.[head.name] ?? functions[head.name];
      return called?.(...args) ?? null;
    } catch (error) {
      if (error instanceof TemplateError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const source = [head, ...rest].map((operand) => operand.source).join(' ');
      throw this.#error(head.at, source, `error calling ${head.name}: ${reason}`);
    }
  }

  #value(operand: Operand, dot: Value): Value {
    const value = operand.type === 'call' ? this.#call(operand, [], dot, []) : this.#operand(operand, dot);
    return value === missing ? null : value;
  }

  #operand(operand: Operand, dot: Value): Value | typeof missing {
    switch (operand.type) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'literal':
        return operand.value;
      case 'variable':
        return this.#variables.findLast((variable) => variable.name === operand.name)?.value ?? null;
      case 'pipe':
        return this.#pipe(operand.pipe, dot);
      case 'chain':
        return this.#chain(operand, dot, undefined);
      case 'call':
        return this.#call(operand, [], dot, []);
    }
  }

  #chain(
    chain: Extract<Operand, { type: 'chain' }>,
    dot: Value,
    args: readonly Value[] | undefined,
  ): Value | typeof missing {
    let value: Value | typeof missing = chain.base === undefined ? dot : this.#operand(chain.base, dot);
    chain.fields.forEach((field, index) => {
      const last = index === chain.fields.length - 1;
      value = this.#field(chain, value, field, last ? args : undefined);
    });
    return value;
  }

  #field(
    chain: Extract<Operand, { type: 'chain' }>,
    receiver: Value | typeof missing,
    field: string,
    args: readonly Value[] | undefined,
  ): Value | typeof missing {
    if (receiver === missing || receiver === null)
      throw this.#error(chain.at, chain.source, `nil pointer evaluating interface {}.${field}`);
    if (receiver instanceof Row) {
      if (!Object.hasOwn(receiver.fields, field))
        throw this.#error(
          chain.at,
          chain.source,
          `can't evaluate field ${field} in type ${receiver.typeName}`,
        );
      const found = receiver.get(field);
      if (!(found instanceof Method)) return found;
      if (args === undefined)
        throw this.#error(chain.at, chain.source, `wrong number of args for ${field}: want 1 got 0`);
      return found.call(...args);
    }
    if (!isMap(receiver))
      throw this.#error(chain.at, chain.source, `can't evaluate field ${field} in type interface {}`);
    if (args !== undefined)
      throw this.#error(chain.at, chain.source, `${field} is not a method but has arguments`);
    if (Object.hasOwn(receiver, field)) return receiver[field] ?? null;
    if (this.#options.missingKey === 'error')
      throw this.#error(chain.at, chain.source, `map has no entry for key ${JSON.stringify(field)}`);
    return missing;
  }

  #error(at: number, source: string, reason: string): TemplateError {
    const text = this.#template.source;
    const column = Buffer.byteLength(text.slice(text.lastIndexOf('\n', at - 1) + 1, at));
    return new TemplateError(
      `template: :${lineOf(text, at)}:${column}: executing "" at <${source}>: ${reason}`,
    );
  }
}

function rangeOver(value: Value): [Value, Value][] | undefined {
  if (value === null) return [];
  if (isList(value)) return value.map((item, index) => [index, item]);
  if (isMap(value))
    return Object.keys(value)
      .sort()
      .map((key) => [key, value[key] ?? null]);
  if (typeof value === 'number' && Number.isInteger(value))
    return Array.from({ length: Math.max(0, value) }, (_, index) => [index, index]);
  return undefined;
}
