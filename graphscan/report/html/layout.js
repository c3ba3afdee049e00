// The layout of graphscan.report.html.layout for what is shown at the moment: columns are given, rows are found.

const CARD = 136, HIGH = 40, GAP = 52, ROW = 52, JOIN_ROW = 24, POINT_ROW = 16, PAD = 14, SWEEPS = 16;

/** Items and the arrows between them: a family that is not unfolded is one item. */
function drawing(wanted, taken, unfolded) {
  const itemOf = new Int32Array(nodes.length).fill(-1);
  const items = [];
  const add = (members) => {
    for (const node of members) itemOf[node] = items.length;
    items.push({ members, column: Math.min(...members.map((node) => raw.column[node])) });
  };
  const drawn = [...wanted].filter((node) => raw.column[node] >= 0);
  const here = new Set(drawn);
  raw.groups.forEach((group, number) => {
    const members = group.filter((node) => here.has(node));
    if (!members.length) return;
    if (unfolded.has(number)) members.forEach((node) => add([node]));
    else {
      add(members);
      items[items.length - 1].group = number;
    }
  });
  drawn.sort((a, b) => a - b).forEach((node) => { if (itemOf[node] < 0) add([node]); });
  const used = [...new Set(items.map((item) => item.column))].sort((a, b) => a - b);
  for (const item of items) item.column = used.indexOf(item.column);
  const merged = new Map();
  const needs = needsOf(taken);
  for (const place of taken) {
    const own = facts[steps[place].target];
    const target = itemOf[own.node];
    if (target < 0 || (own.level === REACHABLE && hasAccess.has(own.node))) continue;
    for (const body of needs(place, new Set())) {
      const there = [...body].filter((node) => raw.column[node] >= 0);
      if (there.some((node) => itemOf[node] < 0)) continue;
      const bodies = [...new Set(there.map((node) => itemOf[node]))].filter((one) => one !== target);
      if (!bodies.length) continue;
      bodies.sort((a, b) => a - b);
      const key = `${bodies.join(",")}>${target}`;
      if (!merged.has(key)) merged.set(key, { bodies, target, steps: [] });
      merged.get(key).steps.push(place);
    }
  }
  return { items, arrows: [...merged.values()], itemOf };
}

const REACHABLE = "reachable", MOST_WAYS = 8;
const hasAccess = new Set(facts.filter((fact) => fact.level !== REACHABLE).map((fact) => fact.node));
const firstSteps = new Set(raw.first);

/** What steps need of other nodes: what one needs of its own target's node is replaced by what gives that. */
function needsOf(taken) {
  const among = new Map();
  for (const place of taken) {
    if (steps[place].technique === IMPLIES) continue;
    const { target } = steps[place];
    if (!among.has(target)) among.set(target, []);
    among.get(target).push(place);
  }
  const givers = (fact) => (among.get(fact) || [])
    .filter((place) => facts[fact].level === REACHABLE || firstSteps.has(place));
  const needs = (place, seen) => {
    const step = steps[place];
    const own = facts[step.target].node;
    let found = [new Set(step.body.map((fact) => facts[fact].node).filter((node) => node !== own))];
    for (const fact of step.body) {
      if (facts[fact].node !== own || anyone.has(fact)) continue;
      const ways = givers(fact).filter((one) => one !== place && !seen.has(one))
        .flatMap((one) => needs(one, new Set([...seen, place])));
      if (ways.length) found = found.flatMap((a) => ways.map((b) => new Set([...a, ...b]))).slice(0, MOST_WAYS);
    }
    return found;
  };
  return needs;
}

/** Where everything stands; after Sugiyama, Tagawa and Toda (1981). */
function layOut({ items, arrows }) {
  const half = items.map((item) => 2 * item.column);
  const size = items.map(() => ROW);
  const near = items.map(() => []);
  const joins = new Map();
  const lines = [];
  const vertex = (at, high) => { half.push(at); size.push(high); near.push([]); return half.length - 1; };
  const link = (a, b) => { near[a].push(b); near[b].push(a); };
  arrows.forEach((arrow, number) => {
    let end = arrow.target;
    if (arrow.bodies.length > 1) {
      end = vertex(2 * items[arrow.target].column - 1, JOIN_ROW);
      joins.set(number, end);
      link(end, arrow.target);
      lines.push({ number, chain: [end, arrow.target], head: true, back: false });
    }
    for (const body of arrow.bodies) {
      const head = end === arrow.target;
      if (half[end] <= half[body]) { lines.push({ number, chain: [body, end], head, back: true }); continue; }
      const chain = [body];
      for (let at = half[body] + 1; at < half[end]; at += 1) if (at % 2 === 0) chain.push(vertex(at, POINT_ROW));
      chain.push(end);
      for (let place = 1; place < chain.length; place += 1) link(chain[place - 1], chain[place]);
      lines.push({ number, chain, head, back: false });
    }
  });
  const rows = new Map();
  half.forEach((at, one) => { if (!rows.has(at)) rows.set(at, []); rows.get(at).push(one); });
  const columns = [...rows.keys()].sort((a, b) => a - b).map((at) => rows.get(at));
  order(columns, half, near);
  const y = settle(columns, size, near);
  const left = PAD + (Math.min(0, ...half) < 0 ? GAP : 0);
  const x = half.map((at) => left + Math.floor(at / 2) * (CARD + GAP) + (at % 2 ? CARD + GAP / 2 : 0));
  const points = (chain) => chain.flatMap((one, place) => {
    if (one < items.length) return [[x[one] + (place === 0 ? CARD : 0), y[one]]];
    return half[one] % 2 ? [[x[one], y[one]]] : [[x[one], y[one]], [x[one] + CARD, y[one]]];
  });
  return {
    width: Math.max(0, ...items.map((_, one) => x[one] + CARD)) + PAD,
    height: Math.max(0, ...y.map((at, one) => at + size[one] / 2)) + PAD,
    items: items.map((_, one) => [x[one], y[one]]),
    joins: [...joins].map(([number, one]) => [number, x[one], y[one]]),
    lines: lines.map(({ number, chain, head, back }) => ({ number, points: points(chain), head, back })),
  };
}

function order(columns, half, near) {
  const place = new Float64Array(half.length);
  const number = (column) => column.forEach((one, at) => { place[one] = (at + 0.5) / column.length; });
  columns.forEach(number);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forward = sweep % 2 === 0;
    for (const column of forward ? columns : [...columns].reverse()) {
      const centre = new Map(column.map((one) => {
        const some = near[one].filter((other) => (half[other] < half[one]) === forward);
        return [one, some.length ? some.reduce((sum, other) => sum + place[other], 0) / some.length : place[one]];
      }));
      column.sort((a, b) => centre.get(a) - centre.get(b) || place[a] - place[b]);
      number(column);
    }
  }
}

function settle(columns, size, near) {
  const y = new Array(size.length).fill(0);
  const tall = columns.map((column) => column.reduce((sum, one) => sum + size[one], 0));
  const most = Math.max(0, ...tall);
  columns.forEach((column, number) => {
    let top = PAD + (most - tall[number]) / 2;
    for (const one of column) { y[one] = top + size[one] / 2; top += size[one]; }
  });
  for (let turn = 0; turn < 8; turn += 1) {
    for (const column of turn % 2 ? columns : [...columns].reverse()) {
      const blocks = [];
      for (const one of column) {
        const wish = near[one].length ? near[one].reduce((sum, other) => sum + y[other], 0) / near[one].length : y[one];
        blocks.push({ sum: wish - size[one] / 2, high: size[one], count: 1 });
        while (blocks.length > 1) {
          const below = blocks[blocks.length - 1], above = blocks[blocks.length - 2];
          if (above.sum / above.count + above.high <= below.sum / below.count) break;
          blocks.splice(-2, 2, {
            sum: above.sum + below.sum - below.count * above.high,
            high: above.high + below.high,
            count: above.count + below.count,
          });
        }
      }
      let at = 0;
      for (const block of blocks) {
        let top = block.sum / block.count;
        for (const one of column.slice(at, at + block.count)) { y[one] = top + size[one] / 2; top += size[one]; }
        at += block.count;
      }
    }
  }
  const least = Math.min(...y.map((at, one) => at - size[one] / 2));
  return y.map((at) => Math.round((at - least + PAD) * 10) / 10);
}
