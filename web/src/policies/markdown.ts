// The little of Markdown that the cards are written in: headings, paragraphs, lists, tables, bold,
// code and links. The result is a tree of plain data, so that no text is ever taken for HTML.
export type Span =
  | { kind: 'text' | 'code'; text: string }
  | { kind: 'bold'; spans: Span[] }
  | { kind: 'link'; href: string; text: string }

export type Block =
  | { kind: 'heading'; level: number; spans: Span[] }
  | { kind: 'paragraph'; spans: Span[] }
  | { kind: 'list'; is_ordered: boolean; items: Span[][] }
  | { kind: 'table'; head: Span[][]; rows: Span[][][] }

const kSpan = /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\(([^()\s]+)\)/g
const kWide = /[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]/

// Only addresses of the web and of this page; "javascript:" stays text.
const is_safe = (href: string) => /^(https?:\/\/|\/(?!\/)|#)/i.test(href)

export function parse_spans(text: string): Span[] {
  const spans: Span[] = []
  let end = 0
  const plain = (until: number) => {
    if (until > end) spans.push({ kind: 'text', text: text.slice(end, until) })
  }
  for (const match of text.matchAll(kSpan)) {
    const [whole, bold, code, label, href] = match
    if (href !== undefined && !is_safe(href)) continue
    plain(match.index)
    if (bold !== undefined) spans.push({ kind: 'bold', spans: parse_spans(bold) })
    else if (code !== undefined) spans.push({ kind: 'code', text: code })
    else spans.push({ kind: 'link', href: href ?? '', text: label ?? '' })
    end = match.index + whole.length
  }
  plain(text.length)
  return spans
}

// Lines of one paragraph become one; between Chinese characters a line end is no space.
const joined = (lines: string[]) =>
  lines.reduce((text, line) =>
    kWide.test(text.slice(-1)) || kWide.test(line.charAt(0)) ? text + line : `${text} ${line}`
  )

const cells_of = (line: string) =>
  line
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => parse_spans(cell.trim()))

// Lines that begin with a bar; the second says no more than how columns are set.
function table_of(lines: string[]): Block {
  const [head, , ...rows] = lines.map(cells_of)
  return { kind: 'table', head: head ?? [], rows }
}

export function parse_markdown(source: string): Block[] {
  const blocks: Block[] = []
  let lines: string[] = []
  let items: string[][] = []
  let rows: string[] = []
  let is_ordered = false
  const close = () => {
    if (lines.length > 0) blocks.push({ kind: 'paragraph', spans: parse_spans(joined(lines)) })
    if (items.length > 0) {
      const texts = items.map((item) => parse_spans(joined(item)))
      blocks.push({ kind: 'list', is_ordered, items: texts })
    }
    if (rows.length > 0) blocks.push(table_of(rows))
    lines = []
    items = []
    rows = []
  }
  for (const raw of source.split(/\r?\n/)) {
    const line = raw.trim()
    const heading = line.match(/^(#{1,6})\s+(.+?)\s*#*$/)
    const item = line.match(/^(?:[-*+]|(\d+)[.)])\s+(.+)$/)
    if (line === '') {
      if (items.length === 0) close()
    } else if (line.startsWith('|')) {
      if (rows.length === 0) close()
      rows.push(line)
    } else if (heading) {
      close()
      const level = (heading[1] ?? '').length
      blocks.push({ kind: 'heading', level, spans: parse_spans(heading[2] ?? '') })
    } else if (item) {
      const ordered = item[1] !== undefined
      if (items.length === 0 || ordered !== is_ordered) close()
      is_ordered = ordered
      items.push([item[2] ?? ''])
    } else if (items.length > 0 && /^\s/.test(raw)) {
      items[items.length - 1]?.push(line)
    } else {
      if (items.length > 0 || rows.length > 0) close()
      lines.push(line)
    }
  }
  close()
  return blocks
}
