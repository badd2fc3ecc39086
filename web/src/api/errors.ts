import i18n from 'i18next'

/** RFC 9457 as the server writes it; `detail` is already in the language of the interface. */
export interface Problem {
  type?: string
  title?: string
  status: number
  detail?: string
  code?: string
  params?: Record<string, string>
  errors?: { location?: string; message?: string; code?: string; value?: unknown; params?: Record<string, string> }[] | null
}

export class ApiError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail || problem.title || `HTTP ${problem.status}`)
    this.name = 'ApiError'
    this.problem = problem
  }
  get status(): number { return this.problem.status }
  get code(): string { return this.problem.code ?? '' }
  /** Worth another try without a change: no network, too many, server busy or broken. */
  get passing(): boolean { return this.status === 0 || this.status === 429 || this.status >= 500 }
}

export const networkError = (): ApiError => new ApiError({ status: 0, code: 'network', detail: i18n.t('kit:error.network') })

export async function problemOf(answer: Response): Promise<ApiError> {
  const text = await answer.text().catch(() => '')
  try {
    return new ApiError({ ...(JSON.parse(text) as Problem), status: answer.status })
  } catch {
    return new ApiError({ status: answer.status, detail: i18n.t(answer.status >= 500 ? 'kit:error.server' : 'kit:error.refused', { status: answer.status }) })
  }
}

/** One sentence for a person, whatever was thrown. */
export function messageOf(err: unknown): string {
  if (err instanceof ApiError) return err.message
  if (err instanceof Error) return err.message
  return String(err)
}

/** Messages by field: "body.lines[2].qty" → { "lines[2].qty": … }. */
export function fieldErrors(err: unknown): Record<string, string> {
  const out: Record<string, string> = {}
  if (err instanceof ApiError) {
    for (const e of err.problem.errors ?? []) {
      const at = (e.location ?? '').replace(/^body\.?/, '')
      out[at] = out[at] ? `${out[at]} ${e.message ?? ''}` : (e.message ?? '')
    }
  }
  return out
}
