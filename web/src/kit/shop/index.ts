// The floor kit: plain CSS, no antd. Big targets, no hover, one dialog at a time.
import './shop.css'

export { Chip } from '../Chip'
export { toast } from './feedback'
export { Glyph, type ShopIcon } from './icons'
export { outbox, useOutbox, type NewAct, type Outcome } from './outbox'
export { ActionBar, BigButton, BigFacts, BigProgress, Choices, Notice, NumberBox, NumberPad, ShopCard } from './parts'
export { ScanBox } from './ScanBox'
export { Sheet } from './Sheet'
export { askWho, ShopPage } from './ShopPage'
