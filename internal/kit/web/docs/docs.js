// The API reference: reads /api/v1/openapi.json and draws it. Text is set with textContent only.
(async () => {
  const spec = await (await fetch('/api/v1/openapi.json')).json();
  const el = (tag, props = {}, ...kids) => {
    const n = Object.assign(document.createElement(tag), props);
    n.append(...kids.filter((k) => k !== null && k !== undefined));
    return n;
  };
  const deref = (s) => {
    while (s && s.$ref) s = spec.components.schemas[s.$ref.split('/').pop()];
    return s || {};
  };
  const nameOf = (s) => {
    if (!s) return '';
    if (s.$ref) return s.$ref.split('/').pop();
    if (s.type === 'array') return nameOf(s.items) + '[]';
    if (s.enum) return s.enum.map((v) => JSON.stringify(v)).join(' | ');
    return [].concat(s.type || 'any').join(' | ') + (s.format ? ` (${s.format})` : '');
  };
  const limits = (s) => ['minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'minItems', 'maxItems', 'default', 'x-mask']
    .filter((k) => s[k] !== undefined).map((k) => `${k} ${s[k]}`).join(', ');
  const props = (schema, seen = []) => {
    const s = deref(schema.type === 'array' ? schema.items : schema);
    const names = Object.keys(s.properties || {});
    if (!names.length) return el('p', { className: 'soft', textContent: nameOf(schema) });
    const body = el('tbody');
    for (const n of names) {
      const p = s.properties[n];
      const inner = p.type === 'array' ? p.items : p;
      const cell = el('td', {}, el('div', { textContent: p.description || deref(p).description || '' }), el('div', { className: 'soft', textContent: limits(p) }));
      if (inner && inner.$ref && !seen.includes(inner.$ref)) {
        const d = el('details', {}, el('summary', { textContent: nameOf(inner) }));
        d.addEventListener('toggle', () => { if (d.open && d.children.length === 1) d.append(props(inner, [...seen, inner.$ref])); });
        cell.append(d);
      }
      body.append(el('tr', {}, el('td', {}, el('code', { textContent: n }), (s.required || []).includes(n) ? el('span', { className: 'must', textContent: ' *' }) : null), el('td', { className: 'soft', textContent: nameOf(p) }), cell));
    }
    return el('table', {}, el('thead', {}, el('tr', {}, el('th', { textContent: 'field' }), el('th', { textContent: 'type' }), el('th', { textContent: 'meaning' }))), body);
  };
  const sample = (schema, depth = 0) => {
    const s = deref(schema);
    if (s.example !== undefined) return s.example;
    if (s.examples && s.examples.length) return s.examples[0];
    if (s.enum) return s.enum[0];
    switch ([].concat(s.type)[0]) {
      case 'object': return depth > 4 ? {} : Object.fromEntries(Object.entries(s.properties || {}).map(([k, v]) => [k, sample(v, depth + 1)]));
      case 'array': return depth > 4 ? [] : [sample(s.items || {}, depth + 1)];
      case 'integer': case 'number': return 0;
      case 'boolean': return false;
      default: return '';
    }
  };
  const random = () => [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, '0')).join('');
  const tryIt = (path, verb, op) => {
    const box = el('details', {}, el('summary', { textContent: 'Try it' }));
    box.addEventListener('toggle', () => {
      if (!box.open || box.children.length > 1) return;
      const inputs = (op.parameters || []).filter((p) => p.in !== 'header').map((p) => [p, el('input', { value: p.schema && p.schema.default !== undefined ? p.schema.default : '' })]);
      const json = op.requestBody && op.requestBody.content['application/json'];
      const body = json ? el('textarea', { value: JSON.stringify(sample(json.schema), null, 2), spellcheck: false }) : null;
      const out = el('pre', { textContent: '' });
      const go = el('button', { textContent: 'Send' });
      go.onclick = async () => {
        let url = path;
        const query = new URLSearchParams();
        for (const [p, i] of inputs) {
          if (p.in === 'path') url = url.replace(`{${p.name}}`, encodeURIComponent(i.value));
          else if (i.value !== '') query.append(p.name, i.value);
        }
        const headers = { Accept: 'application/json' };
        if (verb !== 'GET') headers['Idempotency-Key'] = random();
        if (body) headers['Content-Type'] = 'application/json';
        const res = await fetch(url + (query.size ? '?' + query : ''), { method: verb, headers, body: body ? body.value : undefined });
        const text = await res.text();
        let pretty = text;
        try { pretty = JSON.stringify(JSON.parse(text), null, 2); } catch { /* a file or a plain text */ }
        out.textContent = `${res.status} ${res.statusText}\n${pretty.slice(0, 20000)}`;
      };
      box.append(...inputs.map(([p, i]) => el('label', {}, `${p.name} `, i)), ...(body ? [body] : []), go, out);
    });
    return box;
  };

  const tags = new Map();
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const verb of ['get', 'post', 'put', 'patch', 'delete']) {
      if (!item[verb]) continue;
      const tag = (item[verb].tags || ['other'])[0];
      if (!tags.has(tag)) tags.set(tag, []);
      tags.get(tag).push([path, verb.toUpperCase(), item[verb]]);
    }
  }
  const main = document.getElementById('main');
  const toc = document.getElementById('toc');
  main.replaceChildren(el('h2', { textContent: `${spec.info.title} ${spec.info.version}` }), el('p', { textContent: spec.info.description || '' }));
  for (const [tag, list] of tags) {
    toc.append(el('h2', { textContent: tag }));
    for (const [path, verb, op] of list) {
      const link = el('a', { href: '#' + op.operationId, textContent: op.summary || op.operationId, title: `${verb} ${path}` });
      const sec = el('section', { id: op.operationId },
        el('h3', { textContent: op.summary || op.operationId }),
        el('p', {}, el('span', { className: `verb ${verb}`, textContent: verb }), el('span', { className: 'path', textContent: path })),
        el('p', { className: 'soft', textContent: op['x-permission'] ? `Permission ${op['x-permission']}` : (op.security || []).some((s) => Object.keys(s).length === 0) ? 'Open to all' : 'Any person who is logged in' }),
        op.description ? el('p', { textContent: op.description }) : null);
      if (op.parameters && op.parameters.length) {
        const rows = op.parameters.map((p) => el('tr', {}, el('td', {}, el('code', { textContent: p.name }), p.required ? el('span', { className: 'must', textContent: ' *' }) : null), el('td', { className: 'soft', textContent: `${p.in}, ${nameOf(p.schema)}` }), el('td', {}, el('div', { textContent: p.description || '' }), el('div', { className: 'soft', textContent: limits(p.schema || {}) }))));
        sec.append(el('table', {}, el('tbody', {}, ...rows)));
      }
      const draw = (title, content) => {
        for (const [type, media] of Object.entries(content || {})) {
          const d = el('details', {}, el('summary', { textContent: `${title}: ${type} ${nameOf(media.schema)}` }));
          d.addEventListener('toggle', () => { if (d.open && d.children.length === 1 && media.schema) d.append(props(media.schema)); });
          sec.append(d);
        }
      };
      if (op.requestBody) draw('Request', op.requestBody.content);
      if (op.responses['200']) draw('Answer', op.responses['200'].content);
      sec.append(tryIt(path, verb, op));
      toc.append(link);
      main.append(sec);
      link.dataset.text = sec.dataset.text = `${op.operationId} ${op.summary} ${path} ${tag}`.toLowerCase();
    }
  }
  document.getElementById('find').addEventListener('input', (e) => {
    const q = e.target.value.toLowerCase();
    for (const n of document.querySelectorAll('[data-text]')) n.hidden = !n.dataset.text.includes(q);
  });
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
})();
