// Stands in until `npm run api` writes this file from ../api/openapi.json.
export interface components {
  schemas: {
    Item: {
      code: string; name: string; spec: string; uom: string; kind: string; tracking: string; family: string
      lead_days: number; safety_stock: string; min_lot: string; lot_multiple: string; yield_pct: string
      shelf_life_days: number; supplier: string; gtin: string; barcode: string; standard_cost?: string; purchase_price?: string
      status: string; updated_ms?: number
    }
    ItemInput: Partial<components['schemas']['Item']>
  }
}
type Json<T> = { content: { 'application/json': T } }
type ListQuery = { limit?: number; after?: string; q?: string; sort?: string; filter?: string[] }
export interface paths {
  '/api/v1/masterdata/items': {
    get: { parameters: { query?: ListQuery }; responses: { 200: Json<{ items: components['schemas']['Item'][] | null; next?: string; total?: number }> } }
    post: { parameters: { query?: never }; requestBody: Json<components['schemas']['ItemInput']>; responses: { 200: Json<components['schemas']['Item']> } }
  }
  '/api/v1/masterdata/items/{code}': {
    get: { parameters: { path: { code: string } }; responses: { 200: Json<components['schemas']['Item']> } }
    put: { parameters: { path: { code: string } }; requestBody: Json<components['schemas']['ItemInput']>; responses: { 200: Json<components['schemas']['Item']> } }
  }
}
