/**
 * A stand-in for a service: the members given, those that every test may touch, and an error that names any other one
 * that is touched.
 */
export function double<T extends object>(name: string, members: Partial<T>, always: Partial<T> = {}): T {
  const stand = new Proxy(members, {
    get(target, key) {
      if (Reflect.has(target, key)) return Reflect.get(target, key);
      if (Reflect.has(always, key)) return Reflect.get(always, key);
      throw new Error(`${name}.${String(key)} is not there in this test`);
    },
  });
  return stand as T; // members that are missing throw when they are touched
}
