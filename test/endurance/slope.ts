/** The slope of the line that fits points best (least squares); 0 for fewer than two. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const count = points.length;
  if (count < 2) return 0;
  const sum = (of: (point: readonly [number, number]) => number) =>
    points.reduce((total, point) => total + of(point), 0);
  const [x, y] = [sum(([at]) => at) / count, sum(([, value]) => value) / count];
  const spread = sum(([at]) => (at - x) ** 2);
  return spread === 0 ? 0 : sum(([at, value]) => (at - x) * (value - y)) / spread;
}
