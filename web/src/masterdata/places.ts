// Places of a warehouse as a tree, by their codes: A-01-03 lies in rack A-01 of zone A.
export interface Node<P> { key: string; label: string; place?: P; children: Node<P>[]; all: P[] }

const PART = /[-./ ]/

/** The tree of places; a node that is itself a place carries it. Order is that of the codes, numbers by value. */
export function treeOf<P extends { place: string }>(places: P[]): Node<P>[] {
  const root: Node<P> = { key: '', label: '', children: [], all: [] }
  for (const p of [...places].filter((x) => x.place !== '').sort((a, b) => a.place.localeCompare(b.place, 'en', { numeric: true }))) {
    let at = root
    let key = ''
    for (const part of p.place.split(PART).filter(Boolean)) {
      key = key ? p.place.slice(0, p.place.indexOf(part, key.length) + part.length) : part
      let next = at.children.find((c) => c.key === key)
      if (!next) at.children.push(next = { key, label: part, children: [], all: [] })
      next.all.push(p)
      at = next
    }
    at.place = p
  }
  return root.children.map(folded)
}

/** A zone that holds one thing only is shown as that thing. */
function folded<P>(n: Node<P>): Node<P> {
  const children = n.children.map(folded)
  const only = children.length === 1 && !n.place ? children[0]! : undefined
  return only && only.children.length === 0 ? { ...only, label: only.key } : { ...n, children }
}
