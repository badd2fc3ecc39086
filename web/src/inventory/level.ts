/** The stock after each move as a step line in a box of width × height; newest move last. The box begins a little below the lowest level. */
export function stepLine(points: { at: number; level: number }[], width: number, height: number): string {
  if (points.length === 0) return ''
  const first = points[0]!.at
  const span = Math.max(points[points.length - 1]!.at - first, 1)
  const top = Math.max(...points.map((p) => p.level), 1)
  const least = Math.min(...points.map((p) => p.level))
  const low = Math.max(0, least - (top - least) * 0.2)
  const x = (at: number) => Math.round(((at - first) / span) * width * 10) / 10
  const y = (level: number) => Math.round((height - ((level - low) / Math.max(top - low, 1e-9)) * height) * 10) / 10
  return points.map((p, i) => (i === 0 ? `M${x(p.at)} ${y(p.level)}` : `H${x(p.at)} V${y(p.level)}`)).join(' ') + ` H${width}`
}
